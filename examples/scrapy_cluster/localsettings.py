"""Settings with which scrapy-cluster feeds article-worker. Copy this file to crawler/crawling/localsettings.py.

The worker needs no conversion. It reads the firehose topic, which has the prefix below:

    article-worker run --raw-topic articles.crawled_firehose --bootstrap-servers localhost:9092 --state-dir STATE
"""

KAFKA_HOSTS = ["localhost:9092"]
KAFKA_TOPIC_PREFIX = "articles"

# If this is True, each page is also sent to articles.crawled_APPID. Let the worker read only one of the two topics.
KAFKA_APPID_TOPICS = False

# Sends pages byte for byte. Otherwise a page that is not valid text becomes the message `json failed to parse`.
KAFKA_BASE_64_ENCODE = True

# Scrapy refuses a larger page. The producer of scrapy-cluster cannot send more than 1 MiB, and base64 adds a third.
DOWNLOAD_MAXSIZE = 700_000

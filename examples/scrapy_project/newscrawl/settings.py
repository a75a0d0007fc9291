BOT_NAME = "newscrawl"
SPIDER_MODULES = ["newscrawl.spider"]

ITEM_PIPELINES = {"newscrawl.pipelines.KafkaPipeline": 900}
KAFKA_BOOTSTRAP_SERVERS = "localhost:9092"
KAFKA_RAW_TOPIC = "articles.raw"

ROBOTSTXT_OBEY = True
AUTOTHROTTLE_ENABLED = True  # as fast as the site answers, and no faster
DEPTH_LIMIT = 3
DOWNLOAD_MAXSIZE = 4 << 20  # bytes; a page may double as JSON, and must still fit into a message

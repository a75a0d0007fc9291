# A Flux topology in which StormCrawler sends the pages that it fetches to article-worker.
#
# Add org.apache.storm:storm-kafka-client and org.apache.kafka:kafka-clients to the topology's jar.
#
# The value of a record is the page, byte for byte, and the key is its URL: the worker reads that as a bare page. The
# fetcher sends only responses with status 200 to the bolt `kafka`. Those that are not HTML become dead letters.
name: "crawler"

includes:
  - resource: true
    file: "/crawler-default.yaml"
    override: false
  - resource: false
    file: "crawler-conf.yaml"
    override: true

components:
  - id: "producerProperties"
    className: "java.util.Properties"
    configMethods:
      - name: "setProperty"
        args: ["bootstrap.servers", "localhost:9092"]
      - name: "setProperty"
        args: ["acks", "all"]
      - name: "setProperty"
        args: ["enable.idempotence", "true"]
      - name: "setProperty"
        args: ["compression.type", "lz4"]
      - name: "setProperty"
        args: ["max.request.size", "8388608"]
      - name: "setProperty"
        args: ["key.serializer", "org.apache.kafka.common.serialization.StringSerializer"]
      - name: "setProperty"
        args: ["value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer"]
  - id: "pageByUrl"
    className: "org.apache.storm.kafka.bolt.mapper.FieldNameBasedTupleToKafkaMapper"
    constructorArgs: ["url", "content"]

spouts:
  # Replace it with the spout of your URL store.
  - id: "spout"
    className: "org.apache.stormcrawler.spout.MemorySpout"
    parallelism: 1
    constructorArgs:
      - ["https://example.org/"]

bolts:
  - id: "partitioner"
    className: "org.apache.stormcrawler.bolt.URLPartitionerBolt"
    parallelism: 1
  - id: "fetcher"
    className: "org.apache.stormcrawler.bolt.FetcherBolt"
    parallelism: 1
  - id: "kafka"
    className: "org.apache.storm.kafka.bolt.KafkaBolt"
    parallelism: 1
    configMethods:
      - name: "withProducerProperties"
        args: [ref: "producerProperties"]
      - name: "withTupleToKafkaMapper"
        args: [ref: "pageByUrl"]
      - name: "withTopicSelector"
        args: ["articles.raw"]
  # Replace it with the status updater of your URL store.
  - id: "status"
    className: "org.apache.stormcrawler.persistence.StdOutStatusUpdater"
    parallelism: 1

streams:
  - from: "spout"
    to: "partitioner"
    grouping: {type: SHUFFLE}
  - from: "partitioner"
    to: "fetcher"
    grouping: {type: FIELDS, args: ["key"]}
  - from: "fetcher"
    to: "kafka"
    grouping: {type: LOCAL_OR_SHUFFLE}
  - from: "fetcher"
    to: "status"
    grouping: {type: FIELDS, args: ["url"], streamId: "status"}

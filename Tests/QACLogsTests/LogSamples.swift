// Samples of all formats: small files as people and programs write them.

import QACLogs

extension LogSample {
  /// At least one sample of each format.
  static let all = today + lists + tables + json + access
}

extension LogSample {
  fileprivate static let today = [
    LogSample(
      "events", .events, "s1\t1291191960\twhite lantern\ns1\t1291191970\tred  lantern\n",
      ["s1 | 1291191960 | white lantern | -", "s1 | 1291191970 | red  lantern | -"]),
    LogSample(
      "events with a header", .events,
      "session\ttime\tquery\ns1\t1291191960\twhite lantern\n",
      ["s1 | 1291191960 | white lantern | -"]),
    LogSample(
      "events with ISO times", .events,
      "s1\t2010-12-01T08:26:00Z\twhite lantern\ns1\t2010-12-01 09:26:10+01:00\tlamp\n",
      ["s1 | 1291191960 | white lantern | -", "s1 | 1291191970 | lamp | -"]),
    LogSample(
      "pairs", .pairs, "streets\troads\t30\n\troads\t1,230\n",
      ["streets | - | roads | 30.0", " | - | roads | 1230.0"]),
    LogSample(
      "pairs with a header", .pairs, "previous\tquery\tcount\nstreets\troads\t30\n",
      ["streets | - | roads | 30.0"]),
    LogSample(
      "AOL", .aol,
      "AnonID\tQuery\tQueryTime\tItemRank\tClickURL\n"
        + "142\trentdirect.com\t2006-03-01 07:17:12\t\t\n",
      ["142 | 1141197432 | rentdirect.com | -"]),
  ]

  fileprivate static let lists = [
    LogSample(
      "a plain list", .lines, "red shoes\nblue shoes, size 40\n7 wonders\nsearch\n",
      [
        "- | - | red shoes | -", "- | - | blue shoes, size 40 | -", "- | - | 7 wonders | -",
        "- | - | search | -",
      ]),
    LogSample("a list with a header", .lines, "Query\nred shoes\n", ["- | - | red shoes | -"]),
    LogSample(
      "queries", .queries, "red shoes\t12\nblue shoes\t1,234\n",
      ["- | - | red shoes | 12.0", "- | - | blue shoes | 1234.0"]),
    LogSample(
      "queries with a header", .queries, "Query\tCount\nred shoes\t12\n",
      ["- | - | red shoes | 12.0"]),
    LogSample(
      "queries with several spaces", .queries, "red shoes    12\nblue shoes  7\n",
      ["- | - | red shoes | 12.0", "- | - | blue shoes | 7.0"]),
    LogSample(
      "uniq -c", .queries, "     12 red shoes\n      7 blue shoes\n",
      ["- | - | red shoes | 12.0", "- | - | blue shoes | 7.0"]),
  ]

  fileprivate static let tables = [
    LogSample(
      "CSV of query and count", .csv, "query,count\nred shoes,12\n\"blue, shoes\",7\n",
      ["- | - | red shoes | 12.0", "- | - | blue, shoes | 7.0"]),
    LogSample(
      "CSV without a header", .csv, "red shoes,12\n\"blue, shoes\",7\n",
      ["- | - | red shoes | 12.0", "- | - | blue, shoes | 7.0"]),
    LogSample(
      "Search Console", .csv,
      "Top queries,Clicks,Impressions,CTR,Position\nred shoes,3,\"1,234\",0.24%,3.4\n"
        + "blue shoes,0,56,0%,12.1\n",
      ["- | - | red shoes | 1234.0", "- | - | blue shoes | 56.0"]),
    LogSample(
      "Search Console in German", .csv,
      "Häufigste Suchanfragen;Klicks;Impressionen;CTR;Position\n"
        + "rote schuhe;3;1.234;0,24 %;3,4\nblaue schuhe;0;56;0 %;12,1\n",
      ["- | - | rote schuhe | 1234.0", "- | - | blaue schuhe | 56.0"]),
    LogSample(
      "Search Console in French", .csv,
      "Requêtes les plus fréquentes,Clics,Impressions,CTR,Position\n"
        + "chaussures rouges,3,\"1\u{202F}234\",\"0,24 %\",\"3,4\"\n",
      ["- | - | chaussures rouges | 1234.0"]),
    LogSample(
      "Analytics 4", .csv,
      "# ----------------\n# Search terms\n# ----------------\n\n"
        + "Search term,Event count,Total users\nred shoes,12,7\n",
      ["- | - | red shoes | 12.0"]),
    LogSample(
      "Matomo", .csv, "Keyword,Searches,Unique searches\nred shoes,12,7\n",
      ["- | - | red shoes | 12.0"]),
    LogSample(
      "Bing Webmaster", .csv,
      "\"Keyword\",\"Impressions\",\"Clicks\",\"CTR\",\"Position\"\n\"red shoes\",\"12\",\"1\",\"8%\",\"2\"\n",
      ["- | - | red shoes | 12.0"]),
    LogSample(
      "Plausible", .csv, "name,visitors,events\nred shoes,12,14\n",
      ["- | - | red shoes | 12.0"]),
    LogSample(
      "Algolia", .csv, "search,count,nbHits\nred shoes,12,7\n", ["- | - | red shoes | 12.0"]),
    LogSample(
      "TSV with a header", .csv,
      "user_id\tcreated_at\tsearch_term\tresults\n7\t2026-01-01 10:00:00 UTC\t\"red\" shoes\t4\n"
        + "7\t2026-01-01 10:00:10 UTC\tblue shoes\t3\n",
      ["7 | 1767261600 | \"red\" shoes | -", "7 | 1767261610 | blue shoes | -"]),
    LogSample(
      "events as CSV", .csv,
      "time,session,query\n1767261600123,a,red shoes\n1767261610123,a,\"blue\nshoes\"\n",
      ["a | 1767261600 | red shoes | -", "a | 1767261610 | blue\nshoes | -"]),
    LogSample(
      "times without sessions", .csv,
      "Datum;Suchbegriff\n01.01.2026 10:00:00;rote schuhe\n01.01.2026 10:00:10;blaue schuhe\n",
      ["- | 1767261600 | rote schuhe | -", "- | 1767261610 | blaue schuhe | -"]),
  ]

  fileprivate static let json = [
    LogSample(
      "JSON lines", .jsonl,
      #"{"session":"a","time":1767261600,"query":"red shoes"}"# + "\n"
        + #"{"session":"a","time":1767261610,"query":"blue shoes"}"# + "\n",
      ["a | 1767261600 | red shoes | -", "a | 1767261610 | blue shoes | -"]),
    LogSample(
      "nested JSON lines", .jsonl,
      #"{"@timestamp":"2026-01-01T11:00:00.123+01:00","user":{"id":7},"event":{"search":"#
        + #"{"query":"red shoes"}}}"# + "\n",
      ["7 | 1767261600 | red shoes | -"]),
    LogSample(
      "AmazonQAC", .jsonl,
      #"{"query_id":1,"session_id":"a","prefixes":["r","re"],"first_prefix_typed_time":"#
        + #""2026-01-01 09:59:58.1","final_search_term":"red shoes","search_time":"#
        + #""2026-01-01 10:00:00.5","popularity":3}"# + "\n",
      ["a | 1767261600 | red shoes | -"]),
    LogSample(
      "an Elasticsearch bulk", .jsonl,
      #"{"index":{"_index":"searches","_id":"1"}}"# + "\n"
        + #"{"@timestamp":1767261600123,"user.id":"a","search_term":"red shoes"}"# + "\n",
      ["a | 1767261600 | red shoes | -"]),
    LogSample(
      "an Elasticsearch answer", .json,
      #"{"took":3,"hits":{"total":{"value":2},"hits":[{"_id":"1","_source":{"ts":1767261600,"user":"#
        + #""a","query":"red shoes"}},"# + "\n"
        + #"{"_id":"2","_source":{"ts":1767261610,"user":"a","query":"blue shoes"}}]}}"#,
      ["a | 1767261600 | red shoes | -", "a | 1767261610 | blue shoes | -"]),
    LogSample(
      "a JSON array", .json,
      "[\n  {\n    \"query\": \"red shoes\",\n    \"count\": 12\n  },\n"
        + "  {\n    \"query\": \"blue shoes\",\n    \"count\": 7\n  }\n]\n",
      ["- | - | red shoes | 12.0", "- | - | blue shoes | 7.0"]),
  ]

  fileprivate static let access = [
    LogSample(
      "a combined access log", .access,
      #"203.0.113.9 - - [01/Jan/2026:10:00:00 +0000] "GET /search?q=red+sh%C3%B6es HTTP/1.1" "#
        + #"200 512 "https://shop.example/" "Mozilla/5.0 (X11; Linux)""# + "\n"
        + #"203.0.113.9 - - [01/Jan/2026:10:00:01 +0000] "GET /style.css HTTP/1.1" 200 512 "-" "#
        + #""Mozilla/5.0 (X11; Linux)""# + "\n",
      ["hash | 1767261600 | red shöes | -"]),
    LogSample(
      "a common access log", .access,
      #"shop.example:443 203.0.113.9 - - [01/Jan/2026:11:00:00 +0100] "GET /?s=shoes HTTP/1.1" "#
        + "200 512\n",
      ["hash | 1767261600 | shoes | -"]),
    LogSample(
      "a JSON access log", .access,
      #"{"ts":1767261600.25,"request":{"remote_ip":"203.0.113.9","method":"GET","uri":"#
        + #""/search?q=red%20shoes","headers":{"User-Agent":["Mozilla/5.0"]}},"status":200}"#
        + "\n",
      ["hash | 1767261600 | red shoes | -"]),
  ]
}

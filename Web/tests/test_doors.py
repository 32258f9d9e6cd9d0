"""Every door by a program that nobody here wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

from support import SiteTests, have

RATES = ("--session-rate", "0", "--network-rate", "0")


class CurlTests(SiteTests):
    options = (*RATES, "--url", "https://shop.example/s", "--name", "The <shop>",
               "--results", "https://shop.example/?q={searchTerms}")

    def curl(self, *arguments: str) -> str:
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--max-time", "10", *arguments],
            capture_output=True, text=True, check=True,
        )
        return done.stdout

    def test_complete_record_and_forget(self) -> None:
        jar = f"{self.site.folder.name}/jar"
        both = ("--cookie", jar, "--cookie-jar", jar)
        found = json.loads(self.curl(*both, f"{self.site.url}/complete?q=runn&limit=3&items=2"))
        self.assertEqual(len(found["completions"]), 3)
        self.assertTrue(all(one["text"].startswith("runn") for one in found["completions"]))
        self.assertEqual(set(found["completions"][0]), {"text", "match"})
        self.assertEqual(len(found["items"]), 2)
        self.assertIn("price", found["items"][0]["payload"])
        # Nothing is remembered yet, so there is no cookie.
        self.assertNotIn("#HttpOnly_", Path(jar).read_text())
        status = self.curl(*both, "--json", '{"query":"zzyx lamp"}', "--output", "/dev/null",
                           "--write-out", "%{http_code}", f"{self.site.url}/record")
        self.assertEqual(status, "204")
        self.assertIn("#HttpOnly_", Path(jar).read_text())
        own = json.loads(self.curl(*both, f"{self.site.url}/complete?q=zzyx"))
        self.assertEqual([one["text"] for one in own["completions"]], ["zzyx lamp"])
        # Another person does not see it.
        other = json.loads(self.curl(f"{self.site.url}/complete?q=zzyx"))
        self.assertEqual(other["completions"], [])
        gone = json.loads(self.curl(*both, "--json", "{}", f"{self.site.url}/forget"))
        self.assertEqual(gone, {"forgotten": 1})
        own = json.loads(self.curl(*both, f"{self.site.url}/complete?q=zzyx"))
        self.assertEqual(own["completions"], [])

    def test_an_item_is_recorded_and_forgotten(self) -> None:
        cookie = {"Cookie": self.visit()}
        done = self.site.ask("/record", {"query": "boots", "item": "p1", "kind": "cart"}, cookie)
        self.assertEqual((done.status, done.body), (204, b""))
        self.assertEqual(self.site.ask("/forget", {"query": "boots"}, cookie).json,
                         {"forgotten": 1})

    def test_a_browsers_search_bar(self) -> None:
        head = self.curl("--head", "--request", "GET", f"{self.site.url}/suggest?q=runn")
        self.assertIn("application/x-suggestions+json", head)
        typed, texts, descriptions, places = json.loads(
            self.curl(f"{self.site.url}/suggest?q=runn&client=firefox"))
        self.assertEqual((typed, descriptions, places), ("runn", [], []))
        self.assertTrue(texts and all(text.startswith("runn") for text in texts))
        described = self.curl(f"{self.site.url}/opensearch.xml")
        self.assertIn("https://shop.example/s/suggest?q={searchTerms}", described)
        self.assertIn("The &lt;shop&gt;", described)

    def test_the_page_that_forgets(self) -> None:
        cookie = self.visit()
        self.site.ask("/record", {"query": "zzform"}, {"Cookie": cookie})
        self.assertIn("<form method=\"post\">", self.curl(f"{self.site.url}/forget"))
        page = self.curl("--cookie", cookie, "--data", "", f"{self.site.url}/forget")
        self.assertIn("1 forgotten", page)

    def test_connections_are_kept_and_pipelined(self) -> None:
        said = self.curl("--verbose", "--stderr", "-", f"{self.site.url}/suggest?q=a",
                         f"{self.site.url}/suggest?q=b")
        self.assertIn("Re-using existing connection", said)


class RedisTests(SiteTests):
    def test_redis_cli(self) -> None:
        if not have("redis-cli"):
            self.skipTest("there is no redis-cli; apt-get install redis-tools")

        def cli(*words: str) -> str:
            done = subprocess.run(["redis-cli", "-s", self.site.resp, *words],
                                  capture_output=True, text=True, timeout=20, check=True)
            return done.stdout

        self.assertEqual(cli("ping"), "PONG\n")
        for version in ("-2", "-3"):
            texts = cli(version, "FT.SUGGET", "shop:ada", "runn", "MAX", "3").split("\n")[:-1]
            self.assertEqual(len(texts), 3, texts)
            self.assertTrue(all(text.startswith("runn") for text in texts))
        self.assertEqual(cli("FT.SUGADD", "shop:cli", "zzcli lamp", "1", "INCR"), "1\n")
        self.assertEqual(cli("FT.SUGGET", "shop:cli", "zzcli"), "zzcli lamp\n")
        self.assertEqual(cli("FT.SUGGET", "shop:ada", "zzcli"), "\n")
        self.assertIn("ERR unknown command", cli("FLUSHALL"))

    def test_redis_py(self) -> None:
        import redis
        from redis.commands.search.suggestion import Suggestion

        for protocol in (2, 3):
            client = redis.Redis(unix_socket_path=self.site.resp, protocol=protocol)
            self.assertTrue(client.ping())
            search = client.ft()
            found = search.sugget("shop:ben", "runn", num=4, with_scores=True)
            self.assertEqual(len(found), 4)
            self.assertTrue(all(one.string.startswith("runn") for one in found), found)
            self.assertEqual(search.sugget("shop:ben", "runnign sho"), [])
            self.assertTrue(search.sugget("shop:ben", "runnign sho", fuzzy=True))
            search.sugadd(f"shop:p{protocol}", Suggestion("zzpy lamp"), increment=True)
            own = search.sugget(f"shop:p{protocol}", "zzpy")
            self.assertEqual([one.string for one in own], ["zzpy lamp"])
            with self.assertRaises(redis.ResponseError):
                client.execute_command("CONFIG", "GET", "*")
            pipe = client.pipeline(transaction=False)
            for prefix in ("a", "b", "c"):
                pipe.execute_command("FT.SUGGET", "shop", prefix)
            self.assertEqual(len(pipe.execute()), 3)
            client.close()

    def test_the_socket_is_private(self) -> None:
        self.assertEqual(os.stat(self.site.resp).st_mode & 0o777, 0o600)


class ElasticTests(SiteTests):
    options = RATES

    def test_elasticsearch_py(self) -> None:
        from elasticsearch import BadRequestError, Elasticsearch

        client = Elasticsearch(self.site.url)
        self.assertTrue(client.ping())
        self.assertEqual(client.info()["version"]["number"], "8.15.0")
        suggest = {"products": {"prefix": "runn", "completion": {"field": "suggest", "size": 4}}}
        for index in (None, "products"):
            answer = client.search(index=index, suggest=suggest)
            options = answer["suggest"]["products"][0]["options"]
            self.assertEqual(len(options), 4)
            self.assertTrue(all(one["text"].startswith("runn") for one in options))
            scores = [one["_score"] for one in options]
            self.assertEqual(scores, sorted(scores, reverse=True))
        with self.assertRaises(BadRequestError):
            client.search(query={"match_all": {}})
        client.close()

    def test_the_documented_body(self) -> None:
        body = {"suggest": {"text": "runn", "a": {"completion": {"field": "f"}},
                            "b": {"prefix": "boot", "completion": {"field": "f", "size": 2}}}}
        answer = self.site.ask("/_search", body)
        self.assertEqual(answer.headers["X-Elastic-Product"], "Elasticsearch")
        self.assertEqual(len(answer.json["suggest"]["a"][0]["options"]), 5)
        self.assertEqual(len(answer.json["suggest"]["b"][0]["options"]), 2)
        self.assertEqual(answer.json["hits"]["hits"], [])


class OpenAPITests(SiteTests):
    options = RATES

    def test_schemathesis_finds_nothing(self) -> None:
        tool = Path(sys.executable).with_name("schemathesis")
        if not tool.exists():
            self.skipTest("there is no schemathesis; pip install schemathesis")
        # A POST without a body is refused by its media type: the document names the statuses.
        done = subprocess.run(
            [tool, "run", f"{self.site.url}/openapi.json", "--max-examples", "60", "--seed", "1",
             "--phases", "examples,coverage,fuzzing", "--no-color",
             "--report-junit-path", f"{self.site.folder.name}/junit.xml"],
            capture_output=True, text=True, timeout=280, cwd=self.site.folder.name,
        )
        self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])


if __name__ == "__main__":
    unittest.main()

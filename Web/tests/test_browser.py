"""The demo's page in Chromium: two people, items, why, forgetting; and axe.

With QAC_SCREENSHOTS, pictures are written into that directory, to be looked at.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import unittest
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright
from support import ROOT, Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "device_scale_factor": 1.5}


class DemoTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        if CHROMIUM is None:
            raise unittest.SkipTest("there is no chromium; apt-get install chromium")
        files = tempfile.TemporaryDirectory(prefix="qac-web.")
        cls.addClassCleanup(files.cleanup)
        for file in (*(ROOT / "Web" / "demo").iterdir(), ROOT / "web" / "qac.js"):
            shutil.copy(file, files.name)
        cls.site = Site("--files", files.name, "--allow-explain", "--url", "http://localhost",
                        "--results", "http://localhost/?q={searchTerms}")
        cls.addClassCleanup(cls.site.stop)
        cls.playwright = sync_playwright().start()
        cls.addClassCleanup(cls.playwright.stop)
        cls.browser = cls.playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        cls.addClassCleanup(cls.browser.close)

    def setUp(self) -> None:
        self.errors: list[str] = []

    def tearDown(self) -> None:
        self.assertEqual(self.errors, [], "the browser complains")

    def context(self, **options: Any) -> Any:
        made = self.browser.new_context(**options)
        self.addCleanup(made.close)
        return made

    def page(self, context: Any, name: str = "ada") -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        page.goto(f"http://{name}.localhost:{self.site.port}/")
        return page

    def type(self, page: Page, text: str) -> list[str]:
        page.locator("#q").fill("")
        page.locator("#q").press_sequentially(text)
        expect(page.locator("[role=option]:visible").first).to_be_visible()
        page.wait_for_timeout(150)
        return page.locator("[role=option]:visible:not(.qac-item)").all_inner_texts()

    def picture(self, page: Page, name: str) -> None:
        if folder := os.environ.get("QAC_SCREENSHOTS"):
            page.screenshot(path=str(Path(folder) / f"web-{name}.png"))

    def axe(self, page: Page) -> None:
        found = Axe().run(page)
        self.assertEqual(found.violations_count, 0, found.generate_report())

    def submit(self, page: Page, text: str) -> None:
        page.locator("#q").fill(text)
        with page.expect_response(lambda answer: answer.url.endswith("/record")) as sent:
            page.keyboard.press("Enter")
        self.assertEqual(sent.value.status, 204)

    def test_completions_and_items_side_by_side(self) -> None:
        page = self.page(self.context(viewport={"width": 1100, "height": 760}))
        self.assertTrue(self.type(page, "running s"))
        left = page.locator(".qac-option:not(.qac-item)").first.bounding_box()
        right = page.locator(".qac-item").first.bounding_box()
        assert left is not None and right is not None
        self.assertAlmostEqual(left["y"], right["y"], delta=6)
        self.assertGreater(right["x"], left["x"] + left["width"] - 2)
        self.picture(page, "light")
        self.axe(page)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("#found li").first).to_be_visible()
        expect(page.locator("#heading")).to_contain_text("running s")
        self.picture(page, "found")
        self.axe(page)

    def test_dark(self) -> None:
        page = self.page(self.context(color_scheme="dark", viewport={"width": 1100, "height": 760}))
        page.locator("#why").check()
        self.type(page, "garden h")
        expect(page.locator("#rows td:nth-child(2)").first).not_to_have_text("")
        self.picture(page, "dark")
        self.axe(page)

    def test_a_phone(self) -> None:
        page = self.page(self.context(**PHONE))
        self.type(page, "boot")
        self.picture(page, "phone")
        width = page.evaluate("document.documentElement.scrollWidth")
        self.assertLessEqual(width, 390, "nothing sticks out")
        options = page.locator("[role=option]:visible").all()
        self.assertTrue(all((one.bounding_box() or {})["height"] >= 40 for one in options))
        self.axe(page)

    def test_why(self) -> None:
        page = self.page(self.context(viewport={"width": 1100, "height": 760}))
        self.type(page, "shoos")
        expect(page.locator("#reasons")).to_be_hidden()
        page.locator("#why").check()
        expect(page.locator("#rows td:nth-child(2)").first).not_to_have_text("")
        # The list does not cover the reasons.
        bottom = page.locator(".qac-list").bounding_box()
        reasons = page.locator("#reasons").bounding_box()
        assert bottom is not None and reasons is not None
        self.assertGreaterEqual(reasons["y"], bottom["y"] + bottom["height"])
        self.picture(page, "why")
        cells = page.locator("#rows tr").first.locator("td").all_inner_texts()
        self.assertEqual(len(cells), 5)
        self.assertTrue(all(cells[:4]), cells)
        self.axe(page)

    def test_two_tabs_are_two_people_and_one_forgets(self) -> None:
        context = self.context()
        ada, ben = self.page(context), self.page(context, "ben")
        self.submit(ada, "zzada lamp")
        self.submit(ben, "zzben lamp")
        self.assertEqual(self.type(ada, "zz"), ["zzada lamp"])
        self.assertEqual(self.type(ben, "zz"), ["zzben lamp"])
        # No script can read who it is.
        self.assertEqual(ada.evaluate("document.cookie"), "")
        names = {one["domain"]: one for one in context.cookies()}
        self.assertEqual(set(names), {"ada.localhost", "ben.localhost"})
        self.assertTrue(all(one["httpOnly"] and one["sameSite"] == "Lax" for one in names.values()))
        ada.locator("#forget").click()
        expect(ada.locator("#said")).to_have_text("1 search forgotten")
        ada.locator("#q").fill("")
        ada.locator("#q").press_sequentially("zz")
        ada.wait_for_timeout(400)
        self.assertEqual(ada.locator("[role=option]:visible").count(), 0)
        self.assertEqual(self.type(ben, "zz"), ["zzben lamp"])
        # The page without a script forgets, too.
        ben.goto(f"http://ben.localhost:{self.site.port}/forget")
        self.axe(ben)
        ben.get_by_role("button").click()
        expect(ben.get_by_role("status")).to_have_text("1 forgotten.")

    def test_another_sites_page_can_do_nothing(self) -> None:
        """A page of another host, in the browser of somebody who searched here."""
        context = self.context()
        ada = self.page(context)
        self.submit(ada, "zzmine lamp")
        evil = context.new_page()
        evil.goto(f"http://evil.localhost:{self.site.port}/")
        target = f"http://ada.localhost:{self.site.port}"
        for body in ("'{}'", "new URLSearchParams()", "new Blob(['{}'], {type: 'text/plain'})"):
            evil.evaluate(
                f"""() => fetch('{target}/forget', {{method: 'POST', mode: 'no-cors',
                credentials: 'include', body: {body}}}).catch(() => {{}})"""
            )
        read = evil.evaluate(
            f"""() => fetch('{target}/complete?q=zz', {{credentials: 'include'}})
            .then((answer) => answer.text()).catch(() => 'refused')"""
        )
        self.assertEqual(read, "refused")
        self.assertEqual(self.type(ada, "zz"), ["zzmine lamp"])

    def test_the_description_is_found(self) -> None:
        page = self.page(self.context())
        text = page.evaluate(
            """() => fetch(document.querySelector('link[rel=search]').href)
            .then((answer) => answer.text())"""
        )
        kind = page.evaluate(
            "(text) => new DOMParser().parseFromString(text, 'text/xml').documentElement.tagName", text
        )
        self.assertEqual(kind, "OpenSearchDescription")


if __name__ == "__main__":
    unittest.main()

"""qac.js in a real browser: `python3 -m unittest discover -s web/tests`.

Needs Chromium (Debian's), and playwright and axe-playwright-python of PyPI. With `QAC_SCREENSHOTS`,
pictures are written into that directory, to be looked at.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "clients" / "python"))
sys.path.insert(0, str(ROOT / "clients" / "conformance"))
sys.path.insert(0, str(HERE))

import hostile  # noqa: E402
from axe_playwright_python.sync_playwright import Axe  # noqa: E402
from playwright.sync_api import Page, expect, sync_playwright  # noqa: E402
from server import Server  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
BIN = os.environ.get("QAC_BIN_DIR", "")
EVIL = "<img src=x onerror=\"document.title='owned'\">"
LABELS = [
    "garden hose",
    "garden chair",
    "Garden lights solar powered with a long name that does not fit on a phone",
    "running shoes",
    "running socks",
    "ゴム長靴",
    EVIL,
]


def behaviour(peer: Any, _: int) -> None:
    """Labels that hold what was typed; `sofaa` is a typing error."""
    while (request := peer.request()) is not None:
        answer = hostile.answer_to(request)
        if request["method"] == "complete":
            typed = request["params"]["prefix"].lower()
            shown = [
                {**hostile.suggestion(label), "match": "words" if at > 0 else "prefix"}
                for label in LABELS
                if (at := label.lower().find(typed)) >= 0
            ]
            if typed == "sofaa":
                meant = {"match": "corrected", "corrected": True}
                shown = [{**hostile.suggestion("sofa bed"), **meant}]
            answer["result"]["suggestions"] = shown[: request["params"].get("limit", 10)]
            if "items" in request["params"]:
                answer["result"]["items"] = [
                    {"id": "sku-17", "title": "Garden hose, 20 m", "score": 1}
                ]
        peer.send(hostile.encode(answer))


def until(page: Page, condition: str) -> None:
    """Waits for a condition. Playwright's own way to wait is not allowed by the page's policy."""
    for _ in range(2000):
        if page.evaluate(f"() => Boolean({condition})"):
            return
        page.wait_for_timeout(5)
    raise AssertionError(condition)


def fulfilled(body: str) -> Any:
    return lambda route: route.fulfill(body=body, content_type="application/json")


class BoxTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        if CHROMIUM is None:
            raise unittest.SkipTest("there is no chromium; apt-get install chromium")
        cls.playwright = sync_playwright().start()
        cls.addClassCleanup(cls.playwright.stop)
        cls.browser = cls.playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        cls.addClassCleanup(cls.browser.close)

    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="qacd-web.")
        self.addCleanup(self.folder.cleanup)
        self.daemon: Any = hostile.Daemon(f"{self.folder.name}/qacd.sock", behaviour)
        self.daemon.start()
        self.addCleanup(self.daemon.stop)
        self.server = Server(self.daemon.path)
        self.addCleanup(self.server.stop)
        self.errors: list[str] = []

    def tearDown(self) -> None:
        self.assertEqual(self.errors, [], "the browser complains")

    def open(self, options: dict[str, Any] | None = None, **context: Any) -> Page:
        made = self.browser.new_context(**context)
        self.addCleanup(made.close)
        page = made.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        page.goto(f"{self.server.url}/?options={urllib.parse.quote(json.dumps(options or {}))}")
        until(page, "globalThis.box !== undefined")
        page.evaluate(
            """() => document.addEventListener('qac-answer',
            (event) => { globalThis.answered = event.detail.query; })"""
        )
        return page

    def options(self, page: Page) -> list[str]:
        return page.locator("[role=option]").all_inner_texts()

    def state(self, page: Page) -> list[Any]:
        """The value, whether the list is open, and the active option's text."""
        return page.evaluate(
            """() => { const q = document.querySelector('#q');
            const id = q.getAttribute('aria-activedescendant');
            return [q.value, q.getAttribute('aria-expanded') === 'true',
                    id ? document.getElementById(id).textContent : null]; }"""
        )

    def type(self, page: Page, text: str, count: int | None = None) -> None:
        """Types; with `count`, waits for the list of all of the text, not of its beginning."""
        page.locator("#q").press_sequentially(text)
        if count is not None:
            until(page, "globalThis.answered === document.querySelector('#q').value")
            expect(page.locator("[role=option]:visible")).to_have_count(count)

    # Keys

    def test_type_arrow_enter(self) -> None:
        page = self.open()
        self.type(page, "gar", 3)
        self.assertEqual(self.state(page), ["gar", True, None])
        page.keyboard.press("ArrowDown")
        self.assertEqual(self.state(page), ["gar", True, "garden hose"])
        page.keyboard.press("ArrowDown")
        self.assertEqual(self.state(page), ["gar", True, "garden chair"])
        page.keyboard.press("Enter")
        page.wait_for_selector("#found", state="attached")
        self.assertTrue(page.url.endswith("/found?q=garden+chair"), page.url)
        page.wait_for_timeout(50)
        self.assertIn(("record", {"query": "garden chair"}), self.server.requests)

    def test_enter_submits_what_was_typed(self) -> None:
        page = self.open()
        self.type(page, "gar", 3)
        page.keyboard.press("Enter")
        page.wait_for_selector("#found", state="attached")
        self.assertTrue(page.url.endswith("/found?q=gar"), page.url)

    def test_arrows_go_around_by_way_of_the_input(self) -> None:
        page = self.open()
        self.type(page, "running", 2)
        found = []
        for key in ("ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
            page.keyboard.press(key)
            found.append(self.state(page)[2])
        shoes, socks = "running shoes", "running socks"
        self.assertEqual(found, [socks, None, shoes, socks, None, socks])
        self.assertEqual(page.input_value("#q"), "running")

    def test_home_and_end_move_the_caret(self) -> None:
        page = self.open()
        self.type(page, "gar", 3)
        caret = "document.querySelector('#q').selectionStart"
        for key, expected in (("Home", 0), ("End", 3), ("ArrowLeft", 2)):
            page.keyboard.press("ArrowDown")
            self.assertIsNotNone(self.state(page)[2])
            page.keyboard.press(key)
            self.assertEqual(page.evaluate(caret), expected)
            self.assertEqual(self.state(page), ["gar", True, None])

    def test_escape_closes_and_then_clears(self) -> None:
        page = self.open()
        self.type(page, "gar", 3)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Escape")
        self.assertEqual(self.state(page), ["gar", False, None])
        page.keyboard.press("Escape")
        self.assertEqual(self.state(page), ["", False, None])
        page.keyboard.press("Escape")
        self.assertEqual(self.state(page), ["", False, None])

    def test_tab_leaves_the_value_and_the_list(self) -> None:
        page = self.open()
        self.type(page, "gar", 3)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        self.assertEqual(self.state(page), ["gar", False, None])
        self.assertEqual(page.evaluate("document.activeElement.tagName"), "BUTTON")

    def test_arrow_down_opens_and_alt_up_closes(self) -> None:
        page = self.open()
        page.locator("#q").focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator("[role=option]:visible")).to_have_count(len(LABELS))
        self.assertEqual(self.state(page), ["", True, None])
        page.keyboard.press("Alt+ArrowUp")
        self.assertEqual(self.state(page), ["", False, None])

    def test_the_value_is_never_rewritten_while_typing(self) -> None:
        page = self.open()
        page.evaluate(
            """() => { const q = document.querySelector('#q'); globalThis.sets = 0;
            const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
            Object.defineProperty(q, 'value', { get() { return own.get.call(q); },
              set(value) { sets += 1; own.set.call(q, value); } }); }"""
        )
        self.type(page, "garden", 3)
        for key in ("ArrowDown", "ArrowDown", "ArrowUp", "Home", "End", "ArrowUp"):
            page.keyboard.press(key)
        page.keyboard.press("Escape")
        self.type(page, " h", 1)
        self.assertEqual(page.evaluate("sets"), 0)
        page.keyboard.press("ArrowDown")
        page.evaluate("box.options.submit = false")
        page.keyboard.press("Enter")
        self.assertEqual(page.evaluate("sets"), 1)
        self.assertEqual(self.state(page), ["garden hose", False, None])
        self.assertEqual(page.evaluate("document.querySelector('#q').selectionStart"), 11)

    # Pointer and touch

    def test_a_click_takes_an_option_and_keeps_the_focus(self) -> None:
        page = self.open({"submit": False})
        self.type(page, "gar", 3)
        page.locator("[role=option]").nth(1).click()
        self.assertEqual(self.state(page), ["garden chair", False, None])
        self.assertEqual(page.evaluate("document.activeElement.id"), "q")

    def test_a_click_elsewhere_closes(self) -> None:
        page = self.open()
        self.type(page, "gar", 3)
        page.locator("h1").click()
        self.assertEqual(self.state(page), ["gar", False, None])

    def test_a_tap_takes_an_option(self) -> None:
        phone = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True}
        page = self.open({"submit": False}, **phone)
        page.locator("#q").tap()
        self.type(page, "gar", 3)
        page.locator("[role=option]").first.tap()
        self.assertEqual(self.state(page), ["garden hose", False, None])

    # Composition

    def test_a_composition_is_not_disturbed(self) -> None:
        page = self.open()
        page.locator("#q").focus()
        devtools = page.context.new_cdp_session(page)

        def compose(text: str) -> None:
            devtools.send(
                "Input.imeSetComposition",
                {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
            )

        for text in ("ご", "ごむ", "ゴム"):
            compose(text)
            self.assertEqual(page.input_value("#q"), text)
        page.wait_for_timeout(100)
        # Nothing is asked for and nothing opens while letters are being composed.
        self.assertEqual(self.server.requests, [])
        self.assertEqual(self.state(page), ["ゴム", False, None])
        # The keys that choose among what the input method proposes are not ours.
        page.evaluate(
            """() => { globalThis.prevented = [];
            const q = document.querySelector('#q');
            for (const key of ['ArrowDown', 'ArrowUp', 'Enter', 'Escape']) {
              const event = new KeyboardEvent('keydown',
                { key, isComposing: true, bubbles: true, cancelable: true });
              q.dispatchEvent(event);
              prevented.push(event.defaultPrevented);
            } }"""
        )
        self.assertEqual(page.evaluate("prevented"), [False] * 4)
        self.assertEqual(page.input_value("#q"), "ゴム")
        devtools.send("Input.insertText", {"text": "ゴム"})
        expect(page.locator("[role=option]:visible")).to_have_count(1)
        self.assertEqual(self.state(page), ["ゴム", True, None])

    def test_a_composition_while_a_list_is_open(self) -> None:
        page = self.open()
        self.type(page, "gar", 3)
        devtools = page.context.new_cdp_session(page)
        devtools.send(
            "Input.imeSetComposition", {"text": "に", "selectionStart": 1, "selectionEnd": 1}
        )
        page.wait_for_timeout(100)
        self.assertEqual(page.input_value("#q"), "garに")
        devtools.send("Input.insertText", {"text": "日"})
        self.assertEqual(page.input_value("#q"), "gar日")
        expect(page.locator("[role=option]:visible")).to_have_count(0)

    # Answers

    def test_a_late_answer_is_dropped(self) -> None:
        # One connection answers in order, so the late one comes by another server.
        page = self.open()
        held: list[Any] = []
        page.route(
            "**/search/complete?q=ga&*",
            lambda route: held.append(route),
        )
        self.type(page, "ga")
        page.wait_for_timeout(50)
        self.type(page, "rden c", 1)
        for route in held:
            try:
                route.fulfill(json={"completions": [{"text": "gar late"}]})
            except Exception:
                pass  # The page gave the request up.
        page.wait_for_timeout(100)
        self.assertEqual(self.options(page), ["garden chair"])

    def test_a_late_answer_is_dropped_even_if_it_was_not_given_up(self) -> None:
        page = self.open()
        page.evaluate(
            """() => { globalThis.waiting = {};
            globalThis.fetch = (url) => new Promise((resolve) => {
              waiting[new URL(url, location).searchParams.get('q')] = (text) =>
                resolve(new Response(JSON.stringify({ completions: [{ text }] })));
            }); }"""
        )
        self.type(page, "ab")
        until(page, "'ab' in waiting")
        self.type(page, "c")
        until(page, "'abc' in waiting")
        page.evaluate("() => waiting.abc('abc new')")
        expect(page.locator("[role=option]:visible")).to_have_text(["abc new"])
        page.evaluate("() => waiting.ab('ab old')")
        page.wait_for_timeout(50)
        self.assertEqual(self.options(page), ["abc new"])
        # After the box was left, an answer opens nothing.
        self.type(page, "d")
        until(page, "'abcd' in waiting")
        page.locator("h1").click()
        page.evaluate("() => waiting.abcd('abcd late')")
        page.wait_for_timeout(50)
        self.assertEqual(self.state(page), ["abcd", False, None])

    def test_an_answer_takes_no_choice_away(self) -> None:
        page = self.open()
        page.evaluate(
            """() => { globalThis.waiting = {};
            globalThis.fetch = (url) => new Promise((resolve) => {
              waiting[new URL(url, location).searchParams.get('q')] = (text) =>
                resolve(new Response(JSON.stringify({ completions: [{ text }] })));
            }); }"""
        )
        self.type(page, "ab")
        until(page, "'ab' in waiting")
        page.evaluate("() => waiting.ab('abc')")
        expect(page.locator("[role=option]:visible")).to_have_text(["abc"])
        self.type(page, "c")
        until(page, "'abc' in waiting")
        page.keyboard.press("ArrowDown")
        page.evaluate("() => waiting.abc('abcd')")
        page.wait_for_timeout(50)
        self.assertEqual(self.state(page), ["abc", True, "abc"])

    def test_markup_stays_text(self) -> None:
        page = self.open({"submit": False})
        self.type(page, "<img", 1)
        self.assertEqual(self.options(page), [EVIL])
        self.assertEqual(page.locator("img").count(), 0)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        self.assertEqual(page.input_value("#q"), EVIL)
        page.wait_for_timeout(100)
        self.assertEqual(page.title(), "A shop")

    def test_answers_of_other_shapes_open_nothing(self) -> None:
        page = self.open()
        lists = ('{"completions":7}', '{"completions":[7,{"text":1}]}')
        for body in ("", "7", "null", "[]", "{}", *lists):
            page.unroute_all()
            page.route("**/search/complete?*", fulfilled(body))
            page.locator("#q").fill("gar" + str(len(body)))
            page.wait_for_timeout(60)
            self.assertFalse(self.state(page)[1], body)

    def test_a_server_that_is_away_comes_back(self) -> None:
        page = self.open()
        self.daemon.stop()
        self.type(page, "gar")
        page.wait_for_timeout(150)
        self.assertEqual(self.state(page), ["gar", False, None])
        self.daemon.start()
        self.type(page, "d", 3)
        # The browser itself notes the 503.
        self.errors[:] = [each for each in self.errors if "503" not in each]

    # What is shown

    def test_the_typed_part_is_set_apart(self) -> None:
        page = self.open()
        self.type(page, "GAR", 3)
        html = page.locator("[role=option]").first.inner_html()
        self.assertEqual(html, "<span>gar</span><b>den hose</b>")
        page.locator("#q").fill("")
        self.type(page, "shoes", 1)
        html = page.locator("[role=option]").first.inner_html()
        self.assertEqual(html, "<b>running </b><span>shoes</span>")

    def test_a_correction_says_so(self) -> None:
        page = self.open({"submit": False})
        self.type(page, "sofaa", 1)
        self.assertEqual(self.options(page), ["did you mean sofa bed"])
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        self.assertEqual(page.input_value("#q"), "sofa bed")

    def test_items_are_offered_beside_completions(self) -> None:
        page = self.open({"items": 3})
        page.evaluate(
            """() => document.addEventListener('qac-select', (event) => {
            globalThis.selected = event.detail; })"""
        )
        self.type(page, "garden h", 2)
        self.assertEqual(self.options(page), ["garden hose", "Garden hose, 20 m"])
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        self.assertEqual(page.evaluate("selected.item.id"), "sku-17")
        self.assertEqual(page.input_value("#q"), "garden h")
        page.wait_for_timeout(100)
        self.assertIn(("record", {"query": "garden h", "item": "sku-17"}), self.server.requests)

    def test_answers_are_told_with_what_the_server_adds(self) -> None:
        page = self.open({"items": 3, "explain": True})
        page.evaluate(
            """() => document.addEventListener('qac-answer', (event) => {
            globalThis.answer = event.detail; })"""
        )
        asked: list[str] = []
        body = '{"completions":[{"text":"hose","source":"index"}]}'
        page.route("**/complete?*", lambda route: (
            asked.append(route.request.url), fulfilled(body)(route)))
        self.type(page, "h", 1)
        self.assertIn("explain=true", asked[-1])
        self.assertEqual(page.evaluate("answer.query"), "h")
        self.assertEqual(page.evaluate("answer.completions[0].source"), "index")
        self.assertEqual(page.evaluate("answer.items"), [])

    def test_a_listener_may_keep_the_form(self) -> None:
        page = self.open()
        page.evaluate(
            "() => document.addEventListener('qac-select', (event) => event.preventDefault())"
        )
        self.type(page, "gar", 3)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_timeout(100)
        self.assertEqual(self.state(page), ["garden hose", False, None])
        self.assertNotIn("found", page.url)

    # Accessibility

    def test_roles_and_ids(self) -> None:
        page = self.open()
        page.evaluate(
            """() => { const other = document.createElement('input');
            other.setAttribute('aria-label', 'another');
            document.querySelector('form').append(other);
            globalThis.other = new qac.QACBox(other, { url: '/search' }); }"""
        )
        self.type(page, "gar", 3)
        page.evaluate("() => { other.input.value = 'gar'; return other.complete(); }")
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
        self.assertEqual(len(ids), len(set(ids)))
        input = page.locator("#q")
        self.assertEqual(input.get_attribute("role"), "combobox")
        self.assertEqual(input.get_attribute("aria-autocomplete"), "list")
        controlled = page.locator(f"[id={input.get_attribute('aria-controls')}]")
        self.assertEqual(controlled.get_attribute("role"), "listbox")
        self.assertEqual(controlled.locator("> [role=option]").count(), 3)
        page.keyboard.press("ArrowDown")
        active = page.locator(f"[id={input.get_attribute('aria-activedescendant')}]")
        self.assertEqual(active.get_attribute("aria-selected"), "true")
        self.assertEqual(page.locator("[aria-selected=true]").count(), 1)

    def test_the_count_is_told_politely_once_typing_pauses(self) -> None:
        page = self.open()
        self.type(page, "gar", 3)
        status = page.locator("[role=status]")
        self.assertEqual(status.get_attribute("aria-live"), "polite")
        self.assertEqual(status.inner_text(), "")
        expect(status).to_have_text("3 suggestions")
        self.type(page, "den h", 1)
        expect(status).to_have_text("1 suggestion")
        page.keyboard.press("Escape")
        self.assertEqual(status.inner_text(), "")

    def test_axe_finds_nothing(self) -> None:
        for scheme in ("light", "dark"):
            page = self.open({"items": 2}, color_scheme=scheme, bypass_csp=True)
            for text, keys in (("", 0), ("gar", 0), ("d", 1), ("en h", 2)):
                self.type(page, text)
                page.wait_for_timeout(150)
                for _ in range(keys):
                    page.keyboard.press("ArrowDown")
                found = Axe().run(page)
                self.assertEqual(found.violations_count, 0, found.generate_report())
        # A check that cannot fail guards nothing.
        page.evaluate("document.querySelector('#q').setAttribute('aria-controls', 'none')")
        page.evaluate("document.querySelector('label').remove()")
        self.assertGreater(Axe().run(page).violations_count, 0)

    # Life

    def test_destroy_leaves_the_page_as_it_was(self) -> None:
        page = self.open()
        self.type(page, "gar", 3)
        page.evaluate("box.destroy()")
        page.evaluate("document.querySelector('#q').value = ''")
        html = page.evaluate("document.querySelector('#q').parentElement.innerHTML")
        self.assertEqual(html, '<input id="q" name="q" type="text" size="40">')
        self.type(page, "gar")
        page.wait_for_timeout(100)
        self.assertEqual(self.options(page), [])

    def test_the_element(self) -> None:
        page = self.open()
        page.evaluate(
            """() => { const element = document.createElement('qac-box');
            element.setAttribute('url', '/search');
            element.setAttribute('limit', '2');
            const input = document.createElement('input');
            input.id = 'in-element';
            input.setAttribute('aria-label', 'in an element');
            element.append(input);
            document.querySelector('main').append(element); }"""
        )
        page.locator("#in-element").press_sequentially("gar")
        expect(page.locator("qac-box [role=option]:visible")).to_have_count(2)
        page.evaluate("document.querySelector('qac-box').remove()")
        self.assertEqual(page.locator("qac-box").count(), 0)

    def test_two_tabs_are_two_people(self) -> None:
        for _ in range(2):
            page = self.open()
            self.type(page, "gar", 3)
        sessions = {
            json.loads(line)["params"]["session"]
            for _, line in self.daemon.lines
            if json.loads(line)["method"] == "complete"
        }
        self.assertGreaterEqual(len(sessions), 2)

    # Algolia's autocomplete

    def test_the_source_fits_algolias_interface(self) -> None:
        """A stand-in that uses a source as autocomplete-js documents it."""
        page = self.open()
        found = page.evaluate(
            """async () => {
            const sources = [qac.source({ url: '/search', limit: 5 })];
            const shown = [];
            for (const source of sources) {
              if (typeof source.sourceId !== 'string') throw new Error('sourceId');
              const items = await source.getItems({ query: 'gar', setQuery() {}, state: {} });
              if (!Array.isArray(items) || !items.every((one) => Object(one) === one)) {
                throw new Error('items are objects');
              }
              const createElement = (type, properties, ...children) =>
                Object.assign(document.createElement(type), properties,
                              { textContent: children.join('') });
              for (const item of items) {
                const rendered = source.templates.item({ item, createElement, Fragment: null,
                                                         components: {}, state: {} });
                shown.push([source.getItemInputValue({ item, state: {} }), rendered.outerHTML]);
              }
            }
            const away = await qac.source({ url: '/away' }).getItems({ query: 'gar' });
            return [sources[0].sourceId, shown[0], shown.length, away]; }"""
        )
        self.assertEqual(
            found,
            ["qacd", ["garden hose", '<span class="qac-option">garden hose</span>'], 3, []],
        )
        self.errors[:] = [each for each in self.errors if "404" not in each]

    # Pictures

    def test_pictures(self) -> None:
        folder = os.environ.get("QAC_SCREENSHOTS")
        if not folder:
            self.skipTest("QAC_SCREENSHOTS names no directory")
        os.makedirs(folder, exist_ok=True)
        desk = {"width": 900, "height": 480}
        phone = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True}
        for name, context in (
            ("light", {"viewport": desk}),
            ("dark", {"viewport": desk, "color_scheme": "dark"}),
            ("phone", {**phone, "device_scale_factor": 2}),
            ("forced", {"viewport": desk, "forced_colors": "active"}),
        ):
            page = self.open({"items": 2}, **context)
            self.type(page, "gar", 4)
            page.keyboard.press("ArrowDown")
            page.keyboard.press("ArrowDown")
            page.screenshot(path=f"{folder}/{name}.png")
        page = self.open(viewport=desk)
        self.type(page, "sofaa", 1)
        page.screenshot(path=f"{folder}/corrected.png")


@unittest.skipUnless(BIN and CHROMIUM, "QAC_BIN_DIR names no directory with the programs")
class RealTests(unittest.TestCase):
    def test_with_the_daemon(self) -> None:
        import qacd

        queries = ["garden hose", "pond"]
        log = [(f"u{n % 9}", 1767225600 + n * 60, queries[n % 2]) for n in range(80)]
        with (
            tempfile.TemporaryDirectory() as folder,
            sync_playwright() as playwright,
        ):
            index = qacd.Index.build(log, out=f"{folder}/made.qaci", program=f"{BIN}/qac-index")
            with index.serve(program=f"{BIN}/qacd") as client:
                server = Server(client.socket_path)
                browser = playwright.chromium.launch(
                    executable_path=CHROMIUM, args=["--no-sandbox"]
                )
                page = browser.new_page()
                page.goto(f"{server.url}/")
                until(page, "globalThis.box !== undefined")
                page.locator("#q").press_sequentially("gar")
                expect(page.locator("[role=option]:visible")).to_have_text(["garden hose"])
                page.keyboard.press("ArrowDown")
                page.keyboard.press("Enter")
                page.wait_for_selector("#found", state="attached")
                cookie = page.context.cookies()[0]
                self.assertTrue(cookie["httpOnly"])
                page.wait_for_timeout(200)
                queries = [each.query for each in client.history(cookie["value"])]
                self.assertEqual(queries, ["garden hose"])
                browser.close()
                server.stop()


class FileTests(unittest.TestCase):
    def test_the_file_is_small(self) -> None:
        data = (HERE.parent / "qac.js").read_bytes()
        self.assertLess(len(gzip.compress(data, 9)), 6 * 1024)

    def test_the_file_makes_no_markup(self) -> None:
        text = (HERE.parent / "qac.js").read_text(encoding="utf-8")
        markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\("
        self.assertIsNone(re.search(markup, text))

    @unittest.skipUnless(shutil.which("tsc"), "there is no tsc")
    def test_the_types_hold(self) -> None:
        use = """
            import { QACBox, source, Options } from './qac';
            const options: Options = { url: '/search', texts: { count: (n) => `${n}` } };
            const box = new QACBox(document.querySelector('input')!, options);
            box.input.addEventListener('qac-select', (event) => {
              const text: string = event.detail.completion?.text ?? event.detail.item!.title;
              box.record(text);
            });
            box.complete().then(() => box.destroy());
            source({ url: '/search' }).getItems({ query: 'a' }).then((found) => found[0].text);
        """
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(HERE.parent / "qac.d.ts", folder)

            def status(text: str) -> int:
                Path(folder, "use.ts").write_text(text)
                flags = ["--noEmit", "--strict", "--target", "es2020", "--lib", "es2020,dom"]
                done = subprocess.run(["tsc", *flags, "use.ts"], cwd=folder, capture_output=True)
                return done.returncode

            self.assertEqual(status(use), 0)
            self.assertNotEqual(status(use.replace("query: 'a'", "query: 7")), 0)


if __name__ == "__main__":
    unittest.main()

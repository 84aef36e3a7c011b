"""What everybody may expect of every page: readable by machines and by old eyes, on a phone and on a desk."""
import pytest
from axe_playwright_python.base import AXE_FILE_PATH

PUBLIC = ["/report", "/look-up", "/public", "/complaint", "/sign-in", "/about-demo"]
PAGES = {
    "guoyunheng": ["/overview", "/figures", "/log", "/cases", "/me", "/me/password", "/me/second-factor", "/confirmations"],
    "qinxiaoman": ["/board", "/cases?heap=todo", "/cases/new"],
    "fanyutong": ["/today", "/cases?heap=mine", "/visits"],
    "tanyiwei": ["/overview", "/campaign?by=zone", "/orders/houses-to-zero", "/look-back", "/exit", "/command", "/command?territory=410326101000",
                 "/evaluation", "/ledger", "/samples"],
    "luxinyi": ["/register", "/register/approvals", "/register/quality", "/villages", "/villages/410326101201", "/evaluation/dry-run"],
    "h0001": ["/visits", "/campaign"],
    "ruyang-admin": ["/admin/campaigns", "/admin/territories?do=split&at=410326101000", "/admin/units"],
    "admin": ["/admin", "/admin/territories", "/admin/units", "/admin/posts", "/admin/people", "/admin/categories",
              "/admin/categories/new", "/admin/settings", "/admin/import", "/admin/points"],
}


def faults(someone):
    """What axe finds, as `rule: where`."""
    someone.driver.execute_script(AXE_FILE_PATH.read_text(encoding="utf-8"))
    found = someone.driver.execute_async_script(
        "const done = arguments[0];"
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}).then(r => done(r.violations))")
    return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found for n in v["nodes"]]


def is_too_wide(someone):
    return someone.driver.execute_script(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth") > 0


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("login", [None, *PAGES])
def test_axe_finds_nothing_and_the_console_stays_silent(person, login, width):
    someone = person(width)
    if login:
        someone.sign_in(login)
    found = []
    for path in PUBLIC if login is None else PAGES[login]:
        someone.open(path)
        found += [f"{path}: {fault}" for fault in faults(someone)]
    assert found == []
    assert someone.complaints_of_the_console() == []


def test_axe_finds_nothing_on_a_case_and_its_form_in_english_with_large_text(person):
    someone = person(390).sign_in("qinxiaoman")
    someone.open("/look?lang=en&back=/").open("/look?size=large&back=/").open("/board")
    someone.driver.find_element("css selector", ".cards .t a").click()
    found = faults(someone)
    someone.follow(someone.driver.find_element("css selector", ".panel .btn.pri"))
    assert found + faults(someone) == []
    assert someone.driver.find_element("tag name", "html").get_attribute("lang") == "en"


@pytest.mark.parametrize("login", [None, *PAGES])
def test_no_page_scrolls_sideways_on_the_narrowest_phone(person, login):
    someone = person(320)
    if login:
        someone.sign_in(login)
    wide = [path for path in (PUBLIC if login is None else PAGES[login]) if is_too_wide(someone.open(path))]
    assert wide == []

"""The loop closed by hand: from a resident's phone to the checked end, each step by another person."""
import os
import struct
import time
import zlib

import pytest
from selenium.webdriver.common.by import By


def go(someone, number, verb):
    """Opens a case by number and the form of a verb."""
    someone.open(f"/cases?q={number}")
    someone.driver.find_element(By.CSS_SELECTOR, ".cases .t a").click()
    link = someone.driver.find_element(By.CSS_SELECTOR, f'.panel a[href$="/do/{verb}"]').get_attribute("href")
    someone.driver.get(link)


@pytest.fixture
def photo(tmp_path):
    """A picture too large to be sent as it is: a PNG of 3200 by 2400 grains, 7.7 MB."""
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    rows = b"".join(b"\0" + os.urandom(3200) for _ in range(2400))
    path = tmp_path / "photo.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 3200, 2400, 8, 0, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))
    return path


def wait(holds, what, seconds=10):
    """Waits until something holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.1)


def test_a_resident_without_scripts_reports_and_the_office_carries_it_through(person, photo):
    resident = person(390, scripts=False).open("/report")
    resident.fill(body="三单元门口井盖破了，老人差点绊倒。", place="裕丰花园3号楼", name="王先生", phone="13800001234")
    resident.press()
    number = resident.case_number()

    dispatcher = person().sign_in("qinxiaoman")
    go(dispatcher, number, "file")
    dispatcher.fill(category="facilities.manhole-cover", territory="七网格", finding="网格员看过，属实。")
    dispatcher.press()
    assert "派遣" in dispatcher.text
    go(dispatcher, number, "dispatch")
    dispatcher.fill(unit="城市管理办公室")
    dispatcher.fill(person="殷守信（市容环卫专员）")
    dispatcher.press()

    worker = person(390).sign_in("yinshouxin").open("/today")
    assert "井盖" in worker.text
    go(worker, number, "handle")
    worker.fill(done="换了新井盖，周围补了水泥。", photo=str(photo))
    worker.press()
    picture = worker.driver.find_element(By.CSS_SELECTOR, ".photos img")
    worker.driver.execute_script("arguments[0].scrollIntoView()", picture)
    wait(lambda: picture.get_property("naturalWidth") == 1600, "the photo was made small and is shown")

    checker = person().sign_in("shanglikun")
    go(checker, number, "check")
    checker.fill(finding="井盖平稳，踩上去不晃。")
    checker.press()
    assert "已结案" in checker.text

    resident.open("/look-up")
    resident.fill(number=number, phone_tail="1234")
    resident.press()
    assert "换了新井盖" in resident.text and "殷守信" not in resident.text
    resident.fill(solved="yes", satisfaction="satisfied")
    resident.press()
    assert "谢谢" in resident.text


def test_the_handler_is_not_offered_the_check(person):
    worker = person().sign_in("anmancang").open("/cases?state=handled")
    worker.driver.find_element(By.CSS_SELECTOR, ".cases .t a").click()
    actions = [a.get_attribute("href") for a in worker.driver.find_elements(By.CSS_SELECTOR, ".panel a")]
    assert actions and not any(a.endswith(("/do/check", "/do/rework")) for a in actions)


def test_an_error_summary_takes_the_focus_and_links_to_the_field(person):
    someone = person(390).open("/look-up")
    someone.fill(number="CQL-2019-000001", phone_tail="12")
    someone.press()
    assert someone.driver.switch_to.active_element.get_attribute("id") == "errors"
    someone.driver.find_element(By.CSS_SELECTOR, "#errors a").click()
    assert someone.driver.switch_to.active_element.get_attribute("name") == "phone_tail"


def test_a_draft_survives_a_closed_page(person):
    someone = person(390).open("/report")
    someone.fill(body="写了一半的话")
    someone.open("/look-up").open("/report")
    assert someone.driver.find_element(By.NAME, "body").get_attribute("value") == "写了一半的话"
    someone.fill(place="裕丰花园东门")
    someone.press()
    someone.open("/report")
    assert someone.driver.find_element(By.NAME, "body").get_attribute("value") == ""


def test_signing_out_takes_what_was_half_written_along(person):
    someone = person().sign_in("mengshutao").open("/cases/new")
    kept = "return Object.keys(localStorage).filter((key) => key.startsWith('draft ')).length"
    someone.fill(body="只写了一半")
    assert someone.driver.execute_script(kept) == 1
    # A session that others of these tests would share ends here.
    del type(someone).sessions[(someone.base, "mengshutao")]
    someone.open("/me").press('form[action="/sign-out"] button')
    assert someone.driver.current_url.endswith("/sign-in")
    assert someone.driver.execute_script(kept) == 0


def test_choosing_a_unit_leaves_only_its_people(person):
    someone = person().sign_in("qinxiaoman").open("/cases?state=filed")
    links = [a.get_attribute("href") for a in someone.driver.find_elements(By.CSS_SELECTOR, ".cases .t a")]
    path = next(link for link in links if someone.driver.get(link + "/do/dispatch") is None and "派遣" == someone.title)
    assert path
    someone.fill(unit="综合执法中队")
    groups = someone.driver.find_elements(By.CSS_SELECTOR, 'select[name="person"] optgroup:not([disabled])')
    assert [g.get_attribute("label") for g in groups] == ["综合执法中队"]


def test_the_log_is_verified_on_its_page(person):
    auditor = person().sign_in("linchengfang").open("/log")
    auditor.press("main .pagehead button")
    assert "全部对得上" in auditor.text


def test_a_list_that_somebody_looks_at_shows_what_others_report_without_a_reload(person):
    watcher = person(1440).sign_in("qinxiaoman").open("/cases")
    document = watcher.driver.find_element(By.TAG_NAME, "html")
    reporter = person(1440).sign_in("fanyutong").open("/cases/new")
    reporter.fill(place="7 号院 3 号楼", body="三号楼前的路灯从昨晚起就不亮了，老人晚上出门看不见路。")
    reporter.press()
    wait(lambda: "7 号院 3 号楼" in watcher.text or "路灯从昨晚" in watcher.text, "the list did not show the new case")
    assert document.is_enabled(), "the page was loaded anew"
    # Whoever is writing is only told.
    watcher.driver.find_element(By.CSS_SELECTOR, "main input[name=q]").send_keys("路灯")
    reporter.open("/cases/new").fill(place="9 号院 1 号楼", body="一号楼门口的井盖裂开了，请尽快换上新的井盖。")
    reporter.press()
    wait(lambda: watcher.driver.find_elements(By.ID, "changed"), "the page did not say that something changed")
    assert watcher.driver.find_element(By.CSS_SELECTOR, "main input[name=q]").get_attribute("value") == "路灯"

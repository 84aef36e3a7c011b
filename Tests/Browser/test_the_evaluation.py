"""Judging on a phone, the orders with their reasons, a sampled check, the public's questionnaire."""
import re

from selenium.webdriver.common.by import By

from test_pages import faults


def links(someone, part):
    return [a.get_attribute("href").removeprefix(someone.base) for a in someone.driver.find_elements(By.CSS_SELECTOR, f"main a[href*='{part}']")]


def test_a_war_zone_judges_the_others_and_hands_in(person):
    mayor = person(390).sign_in("tm209")
    mayor.open("/evaluation")
    sheet = links(mayor, "/evaluation/sheets/")[0]
    mayor.open(sheet)
    assert "还有 12 项没有打分" in mayor.text and faults(mayor) == []
    mayor.press("main form.form button[name='then']")
    assert "还有 12 项没有打分" in mayor.text, "nothing is handed in before every mark is there"
    mayor.open(sheet)
    for field in mayor.driver.find_elements(By.CSS_SELECTOR, "input[name^='mark/']"):
        field.send_keys("8")
    for field in mayor.driver.find_elements(By.CSS_SELECTOR, "input[name^='why/']"):
        field.send_keys("台账和实际对得上")
    mayor.press("main form.form button[name='then']")
    assert "交卷，已冻结" in mayor.text and re.search(r"[0-9a-f]{64}", mayor.text)


def test_a_leader_opens_an_order_and_every_score_down_to_its_facts(person):
    leader = person(1440).sign_in("tanyiwei")
    leader.open("/evaluation")
    leader.open(links(leader, "/evaluation/rounds/")[0])
    assert "需要帮一把" in leader.text and faults(leader) == []
    leader.open(links(leader, "/units/")[0])
    assert "村自评得分" in leader.text and "×" in leader.text
    leader.driver.find_element(By.CSS_SELECTOR, "main details summary").click()
    assert "#" in leader.text and faults(leader) == []
    assert leader.complaints_of_the_console() == []


def test_the_ledger_says_why(person):
    leader = person(390).sign_in("tanyiwei")
    leader.open("/ledger?kind=work-funds")
    assert "30000" in leader.text
    leader.open(links(leader, "/ledger/0")[0])
    assert "奖惩机制之一" in leader.text and faults(leader) == []


def test_a_sampled_household_is_visited_a_second_time(person):
    checker = person(390).sign_in("heqinglan")
    checker.open("/evaluation")
    item = links(checker, "/items/")[0]
    checker.open(item)
    assert faults(checker) == []
    checker.fill(outcome="answered", right="no")
    checker.press("main form.form button.pri")
    assert "写明哪里不对" in checker.text, "what is not right has to be said"
    checker.fill(note="来过，但记的饮水情况不一样")
    checker.press("main form.form button.pri")
    assert item not in links(checker, "/items/")


def test_who_was_drawn_answers_the_letter_once_and_without_a_login(person):
    office = person(1440).sign_in("qinxiaoman")
    office.open("/samples")
    office.driver.find_element(By.PARTIAL_LINK_TEXT, "问卷调查").click()
    office.open(links(office, "/letters")[0])
    assert office.driver.find_elements(By.CSS_SELECTOR, "main svg[role='img']") and faults(office) == []
    address = re.search(r"/survey/[0-9a-f]{32}\?county=\d{6}", office.text)[0]
    resident = person(390)
    resident.open(address)
    assert faults(resident) == []
    resident.fill(answer_knows="yes", answer_supports="unsure")
    resident.press("main form.form button.pri")
    assert "已经收到" in resident.text
    resident.open(address)
    assert not resident.driver.find_elements(By.CSS_SELECTOR, "main form.form")
    assert resident.complaints_of_the_console() == []

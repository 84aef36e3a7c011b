"""The county's push on a phone: who first, three taps, the look-back, the round of a grid worker."""
from selenium.webdriver.common.by import By


def test_nobody_at_home_is_three_taps_and_no_visit(person):
    helper = person(390).sign_in("h0002")
    helper.open("/visits")
    before = helper.text
    first = helper.driver.find_element(By.CSS_SELECTOR, "main .cases a")
    name = first.text
    helper.follow(first)
    helper.press("main form.inline button")
    assert helper.title == "走访"
    assert name in helper.text, "nobody at home counts as no visit: the household still waits"
    assert "上次没见到人" in helper.text and "上次没见到人" not in before.split("先去这几户")[0]


def test_a_visit_pays_and_its_answer_becomes_a_case(person):
    helper = person(390).sign_in("h0003")
    helper.open("/visits")
    link = helper.driver.find_elements(By.CSS_SELECTOR, "main .cases a")[-1]
    household = link.get_attribute("href")
    helper.follow(link)
    helper.fill(promise="下周带电工来看线路", **{"q-water": "否"})
    helper.press("main form.form button.pri")
    assert household not in [a.get_attribute("href") for a in helper.driver.find_elements(By.CSS_SELECTOR, "main .cases a")]
    helper.open(household.removesuffix("/visit").removeprefix(helper.base))
    assert "下周带电工来看线路" in helper.text
    assert "饮水不安全" in helper.text


def test_a_grid_worker_walks_to_a_point_of_the_week(person):
    worker = person(390).sign_in("fanyutong")
    worker.open("/visits")
    point = worker.driver.find_element(By.CSS_SELECTOR, "main .cases a").text
    worker.follow(worker.driver.find_element(By.CSS_SELECTOR, "main .cases a"))
    assert worker.title == point
    worker.fill(**{"q-clean": "是", "q-lamps": "是"})
    worker.press("main form.form button.pri")
    assert point not in worker.text


def test_a_leader_reads_the_push_in_one_sentence_and_opens_what_is_behind(person):
    leader = person(1440).sign_in("tanyiwei")
    leader.open("/overview")
    assert "应走访" in leader.text and "还剩" in leader.text
    leader.press("main .lead a[href='/orders/houses-to-zero']")
    assert leader.title == "危房清零"
    assert "冻结时" in leader.text

"""Hands on the phones of the sandbox's page."""

from playwright.sync_api import FrameLocator, Locator, Page, expect


class Phone:
    """One person's phone on the page; every method does what a finger would."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.frame = page.get_by_role("region", name=f"{name}的手机")
        switch = page.get_by_role("navigation", name="手机").get_by_role("button", name=name)
        if switch.get_attribute("aria-pressed") == "false":
            switch.click()
        expect(self.frame).to_be_visible()

    @property
    def web(self) -> FrameLocator:
        """What the phone's own browser shows."""
        return self.frame.frame_locator("iframe")

    @property
    def chat(self) -> Locator:
        """The messages of the official account."""
        return self.frame.get_by_role("log", name="聊天记录")

    def follow(self) -> None:
        """Finds the account and follows it."""
        self.frame.get_by_role("button", name="去看看公众号").click()
        self.frame.get_by_role("button", name="关注公众号").click()
        expect(self.chat).to_contain_text("欢迎关注")

    def tap_menu(self, group: str, item: str) -> None:
        """Opens the bottom menu and taps an item."""
        self.close_web()
        self.frame.get_by_role("button", name=group, exact=True).click()
        self.frame.get_by_role("menuitem", name=item, exact=True).click()

    def close_web(self) -> None:
        """Closes the browser, if it is open."""
        close = self.frame.get_by_role("button", name="关闭网页")
        # Only what was opened before is closed: every flow has seen its page by then.
        if close.is_visible():
            close.click()
            expect(close).to_be_hidden()

    def fill(self, label: str, text: str) -> None:
        """Types into a field of the page in the phone's browser."""
        self.web.get_by_label(label, exact=True).fill(text)

    def press(self, name: str) -> None:
        """Presses a button of the page in the phone's browser."""
        self.web.get_by_role("button", name=name, exact=True).click()

    def shows(self, text: str) -> None:
        """Waits until the page in the phone's browser says so."""
        expect(self.web.locator("body")).to_contain_text(text)

    def forward_to(self, friend: str) -> None:
        """Sends the page on to a friend by the ··· menu."""
        self.frame.get_by_role("button", name="更多").click()
        self.frame.get_by_role("button", name="发送给朋友").click()
        self.frame.get_by_role("dialog", name="发送给").get_by_role("button", name=friend).click()

    def open_card_from(self, friend: str, title: str) -> None:
        """Opens the page that a friend has sent on."""
        self.frame.get_by_role("button", name=f"[链接] {title}").first.click()
        talk = self.frame.get_by_role("log", name=f"与{friend}的聊天")
        talk.get_by_role("button", name=title).click()

    def log_in(self, phone: str, password: str) -> None:
        """Fills in the log-in page."""
        self.shows("学信账号登录")
        self.fill("手机号", phone)
        self.fill("密码", password)
        self.press("登录")

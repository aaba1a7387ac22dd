// One phone: which screen shows, the browser over it, banners and toasts.

import { act } from "./api.js";
import { Chat } from "./chat.js";
import { badge, h, icon, iconButton, timeNow } from "./dom.js";
import { Scan } from "./scan.js";
import { Share } from "./share.js";
import * as screens from "./screens.js";

const TABS = [["home", "chat", "微信"], ["sms", "sms", "短信"], ["scan", "scan", "扫一扫"], ["me", "me", "我"]];
const BANNER_TIME = 6000;
const TOAST_TIME = 2600;

export class Phone {
  constructor(data, others) {
    this.key = data.persona.key;
    this.screen = data.following ? "chat" : "home";
    this.scanned = false;
    this.away = false; // the browser is open, but its holder looks at something else
    this.seq = null;
    this.drawn = "";
    this.chat = new Chat(this);
    this.scanner = new Scan(this, others);
    this.sharing = new Share(this, others);
    this.others = others;
    this.friend = ""; // whose talk is shown
    this.plain = h("div", { class: "layer" });
    this.web = this.buildBrowser(data);
    this.time = h("span");
    this.wayBack = h("button", { type: "button", class: "way-back", hidden: true, onclick: () => this.returnToWeb() });
    this.stage = h("div", { class: "stage" }, this.plain, this.chat.element, this.web, this.wayBack);
    this.glass = h("div", { class: "glass" },
      h("div", { class: "status", "aria-hidden": "true" }, this.time, icon("signal")), this.stage);
    const { persona } = data;
    this.element = h("section", { class: "phone", "aria-label": `${persona.name}的手机`, "data-phone": this.key, style: { "--persona": persona.color } },
      h("div", { class: "owner" }, h("h2", {}, persona.name), h("span", { class: "role" }, persona.role), h("span", { class: "note" }, persona.note)),
      h("div", { class: "case" }, this.glass));
    this.tick();
  }

  tick() {
    this.time.textContent = timeNow();
  }

  buildBrowser(data) {
    this.webTitle = h("h3");
    this.frameHost = h("iframe", { title: `${data.persona.name}的浏览器`, hidden: true });
    return h("div", { class: "layer web", hidden: true },
      h("div", { class: "bar" }, iconButton("close", "关闭网页", () => this.try(() => act(this.key, "close"))), this.webTitle,
        h("span", { class: "end" }, iconButton("more", "更多", () => this.sharing.open()))),
      this.frameHost,
      h("div", { class: "foot" }, iconButton("back", "后退", () => this.try(() => act(this.key, "back"))),
        iconButton("reload", "刷新", () => this.load(this.data.browser)),
        iconButton("sms", "看短信", () => this.leaveWeb("sms"))));
  }

  update(data, account) {
    const before = this.data;
    this.data = data;
    this.account = account;
    this.chat.update(data, account);
    // Only when the account was left: a look that began before following may arrive after the chat was opened.
    if (before?.following && !data.following && this.screen === "chat") this.screen = "home";
    this.updateBrowser(data);
    this.draw();
    if (before) this.announce(before, data);
  }

  draw() {
    const { data, account, screen } = this;
    const chatting = screen === "chat";
    this.chat.element.hidden = !chatting;
    this.plain.hidden = chatting;
    const covered = this.inWeb();
    if (chatting && !covered && data.chat_unread && this.visible()) this.try(() => act(this.key, "read-chat"));
    if (screen === "sms" && !covered && data.sms_unread && this.visible()) this.try(() => act(this.key, "read-sms"));
    if (screen === "talk" && !covered && data.talks_unread[this.friend] && this.visible()) this.try(() => act(this.key, "read-talk", { to: this.friend }));
    if (chatting) return;
    const { browser: _browser, ...rest } = data;
    const state = JSON.stringify([screen, this.scanned, this.friend, account, rest]);
    if (state === this.drawn) return;
    this.drawn = state;
    const parts = screens[screen](this, data, account);
    this.plain.replaceChildren(...parts, ...(["profile", "talk"].includes(screen) ? [] : [this.drawTabs()]));
  }

  drawTabs() {
    const fromFriends = Object.values(this.data.talks_unread).reduce((sum, one) => sum + one, 0);
    const counts = { home: this.data.chat_unread + fromFriends, sms: this.data.sms_unread };
    return h("nav", { class: "tabs", "aria-label": "底部导航" }, TABS.map(([name, shape, label]) =>
      h("button", { type: "button", class: "tab", "aria-current": this.screen === name ? "page" : null, onclick: () => (name === "scan" ? this.scan() : this.go(name)) },
        icon(shape), label, badge(counts[name]))));
  }

  visible() {
    return !this.element.hidden && document.visibilityState === "visible";
  }

  inWeb() {
    return Boolean(this.data.browser) && !this.away;
  }

  updateBrowser(data) {
    const { browser } = data;
    if (!browser) {
      if (this.seq !== null) this.clearFrame();
      this.seq = null;
      this.away = false;
    } else if (browser.seq !== this.seq) {
      this.away = false;
      this.load(browser);
    }
    this.webTitle.textContent = browser?.title || "正在打开…";
    this.wayBack.textContent = `返回网页 ${browser?.title ?? ""}`;
    this.web.hidden = !this.inWeb();
    this.wayBack.hidden = !browser || !this.away;
  }

  leaveWeb(screen) {
    this.away = true;
    this.updateBrowser(this.data);
    this.go(screen);
  }

  returnToWeb() {
    this.away = false;
    this.updateBrowser(this.data);
  }

  // A new frame each time, so that the visitor's own history does not fill with the phones' pages.
  load(browser) {
    this.seq = browser.seq;
    const frame = h("iframe", { title: `${this.data.persona.name}的浏览器`, src: browser.src, referrerpolicy: "no-referrer" });
    this.frameHost.replaceWith(frame);
    this.frameHost = frame;
  }

  clearFrame() {
    const frame = h("iframe", { title: `${this.data.persona.name}的浏览器`, hidden: true });
    this.frameHost.replaceWith(frame);
    this.frameHost = frame;
  }

  announce(before, data) {
    const covered = this.inWeb();
    const newest = (list, old) => list.filter((one) => !old.some((known) => known.id === one.id)).at(-1);
    const sms = newest(data.sms, before.sms);
    if (sms && (this.screen !== "sms" || covered)) this.banner("短信", sms.text, null, () => this.leaveWeb("sms"));
    for (const [key, talk] of Object.entries(data.talks)) {
      const card = newest(talk.filter((one) => one.side === "friend"), before.talks[key] ?? []);
      if (card && (this.screen !== "talk" || this.friend !== key || covered)) {
        this.banner(this.nameOf(key), `[链接] ${card.cards[0].title}`, `/sandbox/avatar/${key}.svg`, () => this.talk(key));
      }
    }
    const news = newest(data.chat.filter((one) => one.side === "account"), before.chat);
    if (news && (this.screen !== "chat" || covered)) {
      const text = news.cards[0]?.title || news.text.replace(/<[^>]+>/g, "");
      this.banner(this.account.name, text, "/sandbox/static/account.svg", () => this.leaveWeb("chat"));
    }
  }

  // What the screens call

  go(screen) {
    this.screen = screen;
    if (screen !== "profile") this.scanned = false;
    this.draw();
    if (screen === "chat") this.chat.toEnd();
  }

  nameOf(key) {
    return this.others().find(({ persona }) => persona.key === key)?.persona.name ?? key;
  }

  talk(key) {
    this.friend = key;
    this.glass.querySelectorAll(".banner").forEach((one) => one.remove());
    if (this.inWeb()) this.leaveWeb("talk");
    else this.go("talk");
  }

  profile(searched) {
    this.scanned = !searched;
    this.go("profile");
  }

  scan() {
    this.scanner.open();
  }

  open(url) {
    return this.try(() => act(this.key, "open", { url }));
  }

  async try(work) {
    try {
      return await work();
    } catch (trouble) {
      this.toast(trouble.message);
      return null;
    }
  }

  async copy(text, told) {
    try {
      await navigator.clipboard.writeText(text);
      this.toast(told);
    } catch {
      this.toast(text);
    }
  }

  toast(text) {
    this.glass.querySelectorAll(".toast").forEach((one) => one.remove());
    const shown = h("div", { class: "toast", role: "status" }, text);
    this.glass.append(shown);
    setTimeout(() => shown.remove(), TOAST_TIME);
  }

  banner(title, text, face, press) {
    this.glass.querySelectorAll(".banner").forEach((one) => one.remove());
    const shown = h("button", { type: "button", class: "banner", onclick: () => { shown.remove(); press(); } },
      face ? h("img", { src: face, alt: "" }) : icon("sms"),
      h("div", {}, h("strong", {}, title), h("span", {}, text)));
    this.glass.append(shown);
    setTimeout(() => shown.remove(), BANNER_TIME);
  }
}

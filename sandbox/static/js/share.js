// ··· of the in-app browser: send the page on to a friend or to 朋友圈, copy its address.

import { act } from "./api.js";
import { h } from "./dom.js";

const FRIEND = "menuItem:share:appMessage";
const TIMELINE = "menuItem:share:timeline";
const COPY = "menuItem:copyUrl";

export class Share {
  constructor(phone, others) {
    this.phone = phone;
    this.others = others;
  }

  open() {
    const { browser } = this.phone.data;
    const hidden = new Set(browser.sdk?.hidden ?? []);
    const item = (key, title, press) => (hidden.has(key) ? null
      : h("button", { type: "button", class: "row", onclick: press }, h("div", { class: "main" }, h("div", { class: "title" }, title))));
    const rows = [
      item(FRIEND, "发送给朋友", () => this.choose()),
      item(TIMELINE, "分享到朋友圈", () => this.send("")),
      item(COPY, "复制链接", () => { this.close(); this.phone.copy(browser.url, "已复制网址"); }),
    ];
    this.show("更多", [h("div", { class: "group" }, rows), this.note(browser.sdk)]);
  }

  // What the page's script made of the share card, for the developer who looks at the phone.
  note(sdk) {
    if (!sdk) return h("p", { class: "caption" }, "网页没有使用 JS-SDK，分享的是网页自己的标题和网址");
    if (sdk.problem) return h("p", { class: "caption", role: "alert" }, `JS-SDK：config:${sdk.problem}`);
    const card = sdk.cards.friend;
    return h("p", { class: "caption" }, card ? `分享卡片：${card.title}` : "网页没有设置分享卡片");
  }

  choose() {
    this.close();
    const people = this.others().map(({ persona }) => h("button", { type: "button", class: "row", onclick: () => this.send(persona.key) },
      h("img", { src: `/sandbox/avatar/${persona.key}.svg`, alt: "" }),
      h("div", { class: "main" }, h("div", { class: "title" }, persona.name), h("div", { class: "sub" }, persona.role))));
    this.show("发送给", [h("div", { class: "group" }, people)]);
  }

  async send(to) {
    this.close();
    const told = await this.phone.try(() => act(this.phone.key, "forward", { to }));
    if (!told) return;
    this.phone.toast(to ? "已发送" : "已分享，沙盒里没有朋友圈可看");
    const tapped = to ? "onMenuShareAppMessage" : "onMenuShareTimeline";
    this.phone.frameHost.contentWindow?.postMessage({ tapped }, this.phone.data.persona.origin);
  }

  show(title, parts) {
    const sheet = h("div", { class: "sheet", role: "dialog", "aria-label": title, "aria-modal": "true" }, h("h4", {}, title), parts);
    this.back = h("div", { class: "sheet-back", onclick: (event) => { if (event.target === this.back) this.close(); } }, sheet);
    this.onKey = (event) => { if (event.key === "Escape") this.close(); };
    document.addEventListener("keydown", this.onKey);
    this.phone.glass.append(this.back);
    sheet.querySelector("button")?.focus();
  }

  close() {
    document.removeEventListener("keydown", this.onKey);
    this.back.remove();
  }
}

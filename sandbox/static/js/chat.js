// The chat with the account: messages, the bottom menu, typing.

import { act } from "./api.js";
import { clock, h, icon, iconButton, linked } from "./dom.js";

const PAUSE = 300; // seconds after which the chat shows the time again
const PICTURE_LARGEST = 2.5e6;
const CHOICE = /^weixin:\/\/bizmsgmenu\?msgmenuid=([^&]*)&msgmenucontent=(.*)$/;

export class Chat {
  constructor(phone) {
    this.phone = phone;
    this.shown = new Set();
    this.lastAt = 0;
    this.mode = "menu";
    this.title = h("h3");
    this.list = h("div", { class: "messages", role: "log", "aria-label": "聊天记录" });
    this.scroll = h("div", { class: "scroll" }, this.list);
    this.dock = h("div", { class: "dock" });
    this.element = h("div", { class: "layer", hidden: true },
      h("div", { class: "bar" },
        iconButton("back", "返回", () => phone.go("home")),
        this.title,
        h("span", { class: "end" }, iconButton("more", "公众号资料", () => phone.go("profile")))),
      this.scroll, this.dock);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.closePopup();
    });
    this.element.addEventListener("click", (event) => {
      if (!event.target.closest(".item")) this.closePopup();
    });
  }

  update(data, account) {
    this.title.textContent = account.name;
    const known = new Set(data.chat.map((message) => message.id));
    if ([...this.shown].some((id) => !known.has(id))) this.clear();
    const fresh = data.chat.filter((message) => !this.shown.has(message.id));
    for (const message of fresh) this.add(message, data);
    if (fresh.length) this.toEnd();
    const menu = JSON.stringify(account.menu);
    if (menu !== this.menu) {
      this.menu = menu;
      this.buttons = account.menu?.button ?? null;
      this.mode = this.buttons ? "menu" : "text";
      this.drawDock();
    }
  }

  clear() {
    this.shown.clear();
    this.lastAt = 0;
    this.list.replaceChildren();
  }

  toEnd() {
    requestAnimationFrame(() => { this.scroll.scrollTop = this.scroll.scrollHeight; });
  }

  add(message, data) {
    this.shown.add(message.id);
    if (message.at - this.lastAt > PAUSE) this.list.append(h("time", { class: "stamp" }, clock(message.at)));
    this.lastAt = message.at;
    this.list.append(this.draw(message, data));
  }

  draw(message, data) {
    if (message.side === "notice") return h("p", { class: `notice ${message.kind}` }, message.text);
    if (message.cards.length) return h("div", {}, message.cards.map((card) => this.card(card, message)));
    const mine = message.side === "me";
    const face = mine ? `/sandbox/avatar/${data.persona.key}.svg` : "/sandbox/static/account.svg";
    return h("div", { class: mine ? "said me" : "said" }, h("img", { src: face, alt: "" }), h("div", { class: "bubble" }, this.content(message)));
  }

  content(message) {
    if (message.kind === "image") return h("img", { src: `/sandbox/media/${message.text}`, alt: "图片" });
    if (message.kind === "voice") return "语音 3″";
    if (message.kind === "location") return h("span", { class: "place" }, message.text, h("small", {}, "位置"));
    if (message.side === "me") return message.text;
    return linked(message.text, (address) => this.follow(address));
  }

  follow(address) {
    const choice = CHOICE.exec(address);
    if (choice) this.phone.try(() => act(this.phone.key, "say", { text: choice[2], menu_id: choice[1] }));
    else this.phone.open(address);
  }

  card(card, message) {
    const body = [h("h5", {}, card.title)];
    if (card.picture) body.unshift(h("img", { class: "cover", src: card.picture, alt: "" }));
    if (message.kind === "template") body.push(h("div", { class: "when" }, clock(message.at)));
    if (card.lines.length) body.push(h("dl", {}, card.lines.flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, value)])));
    if (card.text) body.push(h("p", { class: "text" }, card.text));
    const target = card.url || card.mini;
    if (!target) return h("div", { class: "card" }, body);
    if (message.kind === "template") body.push(h("div", { class: "more" }, card.mini ? "进入小程序" : "查看详情"));
    const press = card.url ? () => this.phone.open(card.url) : () => this.phone.toast(`小程序页面 ${card.mini}，沙盒里没有小程序`);
    return h("button", { type: "button", class: "card", onclick: press }, body);
  }

  drawDock() {
    if (this.mode === "menu" && this.buttons) this.dock.replaceChildren(this.drawMenu());
    else this.dock.replaceChildren(...this.drawTyping());
  }

  drawMenu() {
    const items = this.buttons.map((button, index) => {
      const subs = button.sub_button ?? [];
      const top = h("button", { type: "button", "aria-haspopup": subs.length ? "menu" : null, "aria-expanded": subs.length ? "false" : null }, button.name);
      const item = h("div", { class: "item" }, top);
      top.addEventListener("click", () => {
        const wasOpen = item.querySelector(".popup");
        this.closePopup();
        if (!subs.length) this.tap([index]);
        else if (!wasOpen) {
          top.setAttribute("aria-expanded", "true");
          item.append(h("div", { class: "popup", role: "menu", "aria-label": button.name }, subs.map((sub, at) =>
            h("button", { type: "button", role: "menuitem", onclick: () => { this.closePopup(); this.tap([index, at]); } }, sub.name))));
        }
      });
      return item;
    });
    const swap = iconButton("keyboard", "切换到键盘", () => this.turn("text"));
    return h("div", { class: "menu" }, swap, items);
  }

  drawTyping() {
    const input = h("input", { type: "text", "aria-label": "输入消息", placeholder: "发消息", maxlength: "2000", autocomplete: "off" });
    const form = h("form", { class: "typing", onsubmit: (event) => { event.preventDefault(); this.say(input); } },
      this.buttons ? iconButton("list", "切换到菜单", () => this.turn("menu")) : null,
      input,
      iconButton("plus", "更多", () => { tray.hidden = !tray.hidden; }),
      h("button", { type: "submit", class: "go" }, "发送"));
    const file = h("input", { type: "file", accept: "image/*", hidden: true, "aria-label": "选择图片", onchange: () => this.sendPicture(file) });
    const deed = (shape, label, press) => h("button", { type: "button", onclick: press }, icon(shape), label);
    const tray = h("div", { class: "tray", hidden: true }, file,
      deed("picture", "图片", () => file.click()),
      deed("place", "位置", () => this.phone.try(() => act(this.phone.key, "place"))),
      deed("voice", "语音", () => this.phone.try(() => act(this.phone.key, "voice"))));
    const note = this.buttons ? [] : [h("p", { class: "no-menu" }, "公众号还没有菜单：请在产品里运行 push-menu，推送后这里立即出现")];
    return [...note, form, tray];
  }

  turn(mode) {
    this.mode = mode;
    this.drawDock();
    if (mode === "text") this.dock.querySelector("input[type=text]").focus();
  }

  closePopup() {
    this.dock.querySelectorAll(".popup").forEach((popup) => popup.remove());
    this.dock.querySelectorAll("[aria-expanded]").forEach((button) => button.setAttribute("aria-expanded", "false"));
  }

  say(input) {
    const text = input.value;
    if (!text.trim()) return this.phone.toast("不能发送空白消息");
    input.value = "";
    return this.phone.try(() => act(this.phone.key, "say", { text }));
  }

  async sendPicture(file) {
    const [chosen] = file.files;
    file.value = "";
    if (!chosen) return;
    if (chosen.size > PICTURE_LARGEST) {
      this.phone.toast("图片太大，最多 2.5 MB");
      return;
    }
    const reader = new FileReader();
    reader.onload = () => this.phone.try(() => act(this.phone.key, "picture", { picture: reader.result.split(",")[1] }));
    reader.readAsDataURL(chosen);
  }

  async tap(path) {
    const told = await this.phone.try(() => act(this.phone.key, "tap", { path }));
    const kind = told?.item.type ?? "";
    if (kind.startsWith("scancode")) this.phone.scan();
    else if (kind && kind !== "click" && kind !== "view") this.phone.toast(`沙盒不演示“${told.item.name}”这种菜单（${kind}）`);
  }
}

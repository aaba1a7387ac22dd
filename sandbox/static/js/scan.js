// 扫一扫: reads QR codes from another phone's screen, a picture, the clipboard, or takes pasted content.

import { act, look } from "./api.js";
import { h } from "./dom.js";

const SIDES = [0, 640, 1000, 320]; // 0 is the picture's own size; small codes read better enlarged

async function load(address) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  return picture;
}

function read(picture) {
  const width = picture.naturalWidth || 400;
  const height = picture.naturalHeight || 400;
  for (const side of SIDES) {
    const scale = side ? side / Math.max(width, height) : 1;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const brush = canvas.getContext("2d", { willReadFrequently: true });
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const { data } = brush.getImageData(0, 0, canvas.width, canvas.height);
    const found = window.jsQR(data, canvas.width, canvas.height);
    if (found?.data) return found.data;
  }
  return null;
}

async function readAddress(address) {
  try {
    return read(await load(address));
  } catch {
    return null; // not a picture
  }
}

async function readFile(file) {
  const address = URL.createObjectURL(file);
  const found = await readAddress(address);
  URL.revokeObjectURL(address);
  return found;
}

export class Scan {
  constructor(phone, others) {
    this.phone = phone;
    this.others = others;
  }

  open() {
    const content = h("input", { type: "text", "aria-label": "二维码内容", placeholder: "或粘贴二维码的内容", autocomplete: "off" });
    const file = h("input", { type: "file", accept: "image/*", hidden: true, "aria-label": "二维码图片", onchange: () => this.fromFile(file.files[0]) });
    const row = (face, title, sub, press) => h("button", { type: "button", class: "row", onclick: press },
      h("img", { src: face, alt: "" }), h("div", { class: "main" }, h("div", { class: "title" }, title), h("div", { class: "sub" }, sub)));
    const screens = this.others().map(({ persona, browser }) => row(`/sandbox/avatar/${persona.key}.svg`, `扫${persona.name}的屏幕`,
      browser ? browser.title || "浏览器里的网页" : "没有打开网页", () => this.fromScreen(persona.key)));
    const sheet = h("div", { class: "sheet", role: "dialog", "aria-label": "扫一扫", "aria-modal": "true" },
      h("h4", {}, "扫一扫"),
      h("div", { class: "group" }, screens,
        row("/sandbox/account-code.png", "扫公众号海报", "公众号自己的二维码", () => this.fromAddress("/sandbox/account-code.png")),
        row("/sandbox/static/icon.svg", "选一张图片", "截图也可以直接粘贴（Ctrl+V）", () => file.click())),
      file,
      h("form", { onsubmit: (event) => { event.preventDefault(); if (content.value.trim()) this.use(content.value.trim()); } },
        content, h("button", { type: "submit", class: "go" }, "确定")));
    this.back = h("div", { class: "sheet-back", onclick: (event) => { if (event.target === this.back) this.close(); } }, sheet);
    this.onPaste = (event) => {
      const [picture] = [...event.clipboardData.files].filter((one) => one.type.startsWith("image/"));
      if (picture) this.fromFile(picture);
    };
    this.onKey = (event) => { if (event.key === "Escape") this.close(); };
    document.addEventListener("paste", this.onPaste);
    document.addEventListener("keydown", this.onKey);
    this.phone.glass.append(this.back);
    sheet.querySelector("button").focus();
  }

  close() {
    document.removeEventListener("paste", this.onPaste);
    document.removeEventListener("keydown", this.onKey);
    this.back.remove();
  }

  async fromScreen(key) {
    for (const address of await look(`/phones/${key}/pictures`)) {
      const found = await readAddress(address);
      if (found) return this.use(found);
    }
    return this.phone.toast("那部手机的屏幕上没有二维码");
  }

  async fromAddress(address) {
    const found = await readAddress(address);
    return found ? this.use(found) : this.phone.toast("没有认出二维码");
  }

  async fromFile(file) {
    if (!file) return;
    const found = await readFile(file);
    if (found) this.use(found);
    else this.phone.toast("图片里没有认出二维码");
  }

  async use(content) {
    this.close();
    const told = await this.phone.try(() => act(this.phone.key, "scan", { content }));
    if (told?.kind === "profile") this.phone.profile(false);
    else if (told?.kind === "chat") this.phone.go("chat");
    else if (told?.kind === "text") this.phone.toast(told.text);
  }
}

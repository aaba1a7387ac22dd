// The side panel: switches for faults, and the log of what went over the wire.

import { look, patch, post, remove } from "./api.js";
import { exactTime, h, iconButton } from "./dom.js";

const FAULTS = [
  ["接口", [
    ["api", "接口状态", [["fine", "正常"], ["busy", "系统繁忙（-1）"], ["error500", "502 错误"], ["timeout", "不应答"]]],
    ["api_slow_ms", "变慢（毫秒）", "number", 60000],
    ["quota_spent", "今日配额用尽（45009）", "switch"],
    ["ip_refused", "服务器 IP 不在白名单", "switch"],
    ["sms_down", "短信网关故障", "switch"],
  ]],
  ["回调", [
    ["callback_copies", "每个回调送达次数", "number", 20],
    ["callback_together", "多次回调同时到达", "switch"],
    ["callback_bad_signature", "签名错误", "switch"],
    ["callback_wrong_app_id", "密文里的 AppID 不对", "switch"],
    ["callback_stale_s", "时间戳过时（秒）", "number", 86400],
  ]],
  ["模板消息的送达结果", [
    ["receipt", "结果", [["", "按实际"], ["success", "送达"], ["failed:user block", "用户拒收"], ["failed: system failed", "系统失败"], ["failed:freq limit", "频率限制"]]],
    ["receipt_delay_ms", "迟到（毫秒）", "number", 600000],
    ["receipt_copies", "重复次数", "number", 20],
    ["receipt_shuffled", "顺序打乱", "switch"],
    ["receipt_lost", "不再送来", "switch"],
    ["receipt_zero_msgid", "MsgID 为 0", "switch"],
  ]],
];
const HEALTHY = { api: "fine", callback_copies: 1, receipt_copies: 1, receipt: "" };
const KINDS = { api: "接口", callback: "回调", sms: "短信", proxy: "网页" };
const KEPT = 300;

const healthy = (name, value) => value === (HEALTHY[name] ?? (typeof value === "number" ? 0 : false));

export class Panel {
  constructor(element, toggle, count, names) {
    this.element = element;
    this.toggle = toggle;
    this.count = count;
    this.names = names;
    this.tab = "faults";
    this.kind = "";
    this.last = 0;
    this.body = h("div", { class: "body", role: "tabpanel" });
    this.heads = h("div", { class: "heads", role: "tablist", "aria-label": "面板" });
    element.replaceChildren(this.heads, this.body);
    toggle.addEventListener("click", () => this.show(element.hidden));
  }

  show(on) {
    this.element.hidden = !on;
    this.toggle.setAttribute("aria-expanded", String(on));
    if (on) this.draw();
  }

  update(faults) {
    this.faults = faults;
    const wrong = Object.entries(faults).filter(([name, value]) => typeof value !== "object" && name !== "api_only" && !healthy(name, value)).length;
    this.count.hidden = !wrong;
    this.count.textContent = String(wrong);
    this.toggle.setAttribute("aria-label", wrong ? `故障与日志，${wrong} 个故障` : "故障与日志");
    if (!this.element.hidden && this.tab === "faults" && !this.body.contains(document.activeElement)) this.draw();
  }

  draw() {
    const head = (name, label) => h("button", { type: "button", role: "tab", "aria-selected": String(this.tab === name), onclick: () => { this.tab = name; this.draw(); } }, label);
    this.heads.replaceChildren(head("faults", "故障"), head("log", "日志"), h("span", { class: "close" }, iconButton("close", "关闭面板", () => this.show(false))));
    this.body.replaceChildren(...(this.tab === "faults" ? this.drawFaults() : this.drawLog()));
    if (this.tab === "log") this.refreshLog();
  }

  drawFaults() {
    const groups = FAULTS.map(([title, fields]) => h("fieldset", {}, h("legend", {}, title), fields.map((field) => this.field(field))));
    const run = (label, work, style = "deed") => {
      const button = h("button", { type: "button", class: style, onclick: async () => { button.textContent = await work(); setTimeout(() => { button.textContent = label; }, 2500); } }, label);
      return button;
    };
    return [...groups, h("div", { class: "deeds" },
      run("作废 access_token", async () => `已作废 ${(await post("/tokens/invalidate")).invalidated} 个`),
      run("验证回调地址", async () => ((await post("/verify")).verified ? "验证通过 ✓" : "验证没有通过")),
      run("全部恢复正常", async () => { this.update(await remove("/faults")); this.draw(); return "已恢复"; }),
      run("清空沙盒", async () => { if (!window.confirm("清空所有手机的关注、聊天、短信、登录和菜单？")) return "清空沙盒"; await post("/reset"); return "已清空"; }, "deed danger"))];
  }

  field([name, label, kind, most]) {
    const value = this.faults[name];
    const id = `fault-${name}`;
    const set = async (changed) => { this.update(await patch("/faults", { [name]: changed })); line.classList.toggle("on", !healthy(name, changed)); };
    let control;
    if (kind === "switch") control = h("input", { id, type: "checkbox", class: "weui-switch", checked: value, onchange: () => set(control.checked) });
    else if (kind === "number") control = h("input", { id, type: "number", min: String(HEALTHY[name] ?? 0), max: String(most), value: String(value), onchange: () => set(Number(control.value) || (HEALTHY[name] ?? 0)) });
    else {
      control = h("select", { id, onchange: () => set(control.value) }, kind.map(([key, text]) => h("option", { value: key }, text)));
      control.value = value;
    }
    const line = h("div", { class: healthy(name, value) ? "field" : "field on" }, h("label", { for: id }, label), control);
    return line;
  }

  drawLog() {
    const choose = h("select", { "aria-label": "只看", onchange: () => { this.kind = choose.value; this.draw(); } },
      h("option", { value: "" }, "全部"), Object.entries(KINDS).map(([key, text]) => h("option", { value: key }, text)));
    choose.value = this.kind;
    const clear = h("button", { type: "button", class: "deed", onclick: async () => { await remove("/log"); this.draw(); } }, "清空");
    this.last = 0;
    this.entries = h("ol", { class: "entries", reversed: true });
    this.hint = h("p", { class: "hint" }, "还没有记录");
    return [h("div", { class: "filters" }, choose, clear), this.hint, this.entries];
  }

  async refreshLog() {
    if (this.element.hidden || this.tab !== "log") return;
    this.stale = true;
    if (this.fetching) return;
    this.fetching = true;
    try {
      while (this.stale) {
        this.stale = false;
        await this.fetchLog();
      }
    } catch {
      // the line is down: whatever comes over it next asks again
    }
    this.fetching = false;
  }

  async fetchLog() {
    const { entries } = this;
    const fresh = await look(`/log?since=${this.last}&kind=${this.kind}`);
    if (entries !== this.entries) return; // drawn anew meanwhile, which has asked again
    for (const entry of fresh) {
      if (entry.n <= this.last) continue;
      this.last = entry.n;
      this.entries.prepend(h("li", {}, this.entry(entry)));
    }
    while (this.entries.childElementCount > KEPT) this.entries.lastElementChild.remove();
    this.hint.hidden = this.entries.childElementCount > 0;
  }

  entry(entry) {
    const bad = entry.kind === "api" ? entry.status !== "0" : !/^[23]\d\d$/.test(entry.status) || Boolean(entry.detail.trouble);
    const who = this.names[entry.phone] ?? "";
    const details = { 时间: exactTime(entry.at), ...entry.detail };
    return h("details", {},
      h("summary", {}, h("span", { class: `kind ${entry.kind}` }, KINDS[entry.kind]),
        h("span", { class: "what" }, entry.what, h("small", {}, who)),
        h("span", { class: bad ? "result bad" : "result" }, `${entry.status} · ${entry.ms} ms`)),
      h("dl", {}, Object.entries(details).flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text)])));
  }
}

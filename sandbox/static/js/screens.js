// The screens that are drawn anew when something on them changed: chats, SMS, me, the account's profile.

import { act } from "./api.js";
import { clock, h, iconButton } from "./dom.js";

function bar(title, back) {
  return h("div", { class: "bar" }, back ? iconButton("back", "返回", back) : h("span"), h("h3", {}, title), h("span"));
}

function summary(message) {
  if (!message) return "还没有消息";
  if (message.kind === "link") return `[链接] ${message.cards[0].title}`;
  if (message.cards.length) return `[${message.kind === "template" ? "通知" : "图文"}] ${message.cards[0].title}`;
  const kinds = { image: "[图片]", voice: "[语音]", location: "[位置]" };
  return kinds[message.kind] ?? message.text.replace(/<[^>]+>/g, "");
}

export function home(phone, data, account) {
  const last = data.chat.at(-1);
  const list = data.following
    ? h("button", { type: "button", class: "row", onclick: () => phone.go("chat") },
      h("img", { src: "/sandbox/static/account.svg", alt: "" }),
      h("div", { class: "main" },
        h("div", { class: "title" }, account.name, last ? h("time", {}, clock(last.at)) : null),
        h("div", { class: "sub" }, summary(last))),
      data.chat_unread ? h("span", { class: "weui-badge", "aria-label": `${data.chat_unread} 条未读` }, String(data.chat_unread)) : null)
    : h("div", { class: "blank" },
      h("img", { src: "/sandbox/static/account.svg", alt: "" }),
      h("p", {}, `还没有关注“${account.name}”`),
      h("button", { type: "button", class: "go", onclick: () => phone.profile(true) }, "去看看公众号"));
  return [bar("微信"), h("div", { class: "scroll" }, list, friends(phone, data))];
}

function friends(phone, data) {
  return Object.entries(data.talks).map(([key, talk]) => {
    const last = talk.at(-1);
    const unread = data.talks_unread[key];
    return h("button", { type: "button", class: "row", onclick: () => phone.talk(key) },
      h("img", { src: `/sandbox/avatar/${key}.svg`, alt: "" }),
      h("div", { class: "main" },
        h("div", { class: "title" }, phone.nameOf(key), h("time", {}, clock(last.at))),
        h("div", { class: "sub" }, summary(last))),
      unread ? h("span", { class: "weui-badge", "aria-label": `${unread} 条未读` }, String(unread)) : null);
  });
}

// The talk with another person: the pages that were sent on.
export function talk(phone, data) {
  const said = (data.talks[phone.friend] ?? []).map((message) => {
    const [card] = message.cards;
    const mine = message.side === "me";
    return h("div", { class: mine ? "said me" : "said" },
      h("img", { src: `/sandbox/avatar/${mine ? data.persona.key : phone.friend}.svg`, alt: "" }),
      h("button", { type: "button", class: "card link", onclick: () => phone.open(card.url) },
        h("h5", {}, card.title),
        h("span", { class: "link__body" }, h("span", {}, card.text), card.picture ? h("img", { src: card.picture, alt: "" }) : null)));
  });
  return [bar(phone.nameOf(phone.friend), () => phone.go("home")),
    h("div", { class: "scroll" }, h("div", { class: "messages", role: "log", "aria-label": `与${phone.nameOf(phone.friend)}的聊天` }, said))];
}

export function sms(phone, data) {
  const messages = [...data.sms].reverse().map((one) => {
    const code = /(?<!\d)\d{4,8}(?!\d)/.exec(one.text)?.[0];
    return h("article", { class: "letter" }, h("time", {}, clock(one.at)), h("div", { class: "text" }, one.text),
      code ? h("button", { type: "button", class: "copy", onclick: () => phone.copy(code, `已复制 ${code}`) }, `复制验证码 ${code}`) : null);
  });
  const body = messages.length ? messages : h("div", { class: "blank" }, h("p", {}, "还没有短信"));
  return [bar("短信"), h("div", { class: "scroll", role: "log", "aria-label": "短信" }, body)];
}

function line(label, value) {
  return h("div", { class: "row" }, h("div", { class: "main" }, label), h("div", { class: "value" }, value));
}

function toggle(phone, data, label, deed, name) {
  const box = h("input", { type: "checkbox", class: "weui-switch", "aria-label": label, checked: data[name], onchange: () => phone.try(() => act(phone.key, deed, { on: box.checked })) });
  return h("div", { class: "row" }, h("div", { class: "main" }, label), box);
}

function deed(phone, label, press) {
  return h("button", { type: "button", class: "row", onclick: press }, h("div", { class: "main" }, label));
}

export function me(phone, data) {
  const { persona } = data;
  const run = (name, wish, told) => phone.try(async () => { await act(phone.key, name, wish); phone.toast(told); });
  return [bar("我"), h("div", { class: "scroll" },
    h("div", { class: "hero" }, h("img", { src: `/sandbox/avatar/${persona.key}.svg`, alt: "" }),
      h("div", {}, h("h4", {}, persona.name), h("p", {}, `${persona.role} · ${persona.note}`))),
    h("div", { class: "group" }, line("手机号", persona.phone), line("OpenID", persona.openid)),
    h("p", { class: "caption" }, "在这个公众号里"),
    h("div", { class: "group" },
      toggle(phone, data, "拒收模板消息", "reject-messages", "rejects"),
      toggle(phone, data, "被公众号拉黑", "blacklist", "blacklisted"),
      toggle(phone, data, "快照页模式（虚拟账号）", "snapshot", "snapshot")),
    h("div", { class: "group" },
      deed(phone, "上报一次地理位置", () => run("report-place", {}, "已上报")),
      deed(phone, "撤回头像昵称授权", () => run("revoke", { info: ["205"] }, "已撤回授权")),
      deed(phone, "注销微信账号", () => run("cancel", {}, "注销事件已发出")),
      deed(phone, "清除浏览器 Cookie", () => run("forget-cookies", {}, "已清除"))))];
}

export function profile(phone, data, account) {
  const scanned = phone.scanned;
  const follow = async (event) => {
    event.target.disabled = true;
    const told = await phone.try(() => act(phone.key, "follow", { searched: !scanned }));
    event.target.disabled = false;
    if (told) phone.go("chat");
  };
  const leave = () => phone.try(async () => { await act(phone.key, "unfollow"); phone.go("home"); });
  const actions = data.following
    ? [h("button", { type: "button", class: "go", onclick: () => phone.go("chat") }, "发消息"),
      h("button", { type: "button", class: "go warn", onclick: leave }, "取消关注")]
    : [h("button", { type: "button", class: "go", onclick: follow }, "关注公众号")];
  return [bar("", () => phone.go(data.following ? "chat" : "home")),
    h("div", { class: "scroll" },
      h("div", { class: "hero" }, h("img", { src: "/sandbox/static/account.svg", alt: "" }),
        h("div", {}, h("h4", {}, account.name), h("p", {}, `微信号：${account.alias}`))),
      h("p", { class: "about" }, account.about),
      h("div", { class: "actions" }, actions))];
}

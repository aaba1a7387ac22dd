// The sandbox's imitation of jweixin-1.6.0.js: the parts that share a page and ask for subscription notices. What the
// platform would check is checked by the sandbox; what the holder of the phone taps in the ··· menu comes from the page
// with the phones, in whose frame this runs.
// https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html
"use strict";

(function () {
  var state = "new"; // new | asking | ready | failed
  var told = null;
  var wantsDebug = false;
  var tags = []; // open tags that the page asked for
  var onReady = [];
  var onError = null;
  var taps = {}; // what runs when the holder has tapped 发送给朋友 or 分享到朋友圈

  function ask(path, body) {
    body.url = location.href.split("#")[0];
    return fetch("/open/js/" + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })
      .then(function (answer) { return answer.json(); })
      .catch(function () { return { errMsg: path + ":fail, the sandbox did not answer" }; });
  }

  function isOk(answer) {
    return /:ok$/.test(answer.errMsg);
  }

  function debug(answer) {
    if (wantsDebug) { alert(JSON.stringify(answer)); }
  }

  function call(work, value) {
    if (typeof work === "function") { work(value); }
  }

  // A call before wx.config has answered waits for it; after a failure it is refused by the platform.
  function whenSettled(work) {
    if (state === "asking") { onReady.push(work); } else { work(); }
  }

  function invoke(api, options, waitsForTap) {
    var wish = options || {};
    whenSettled(function () {
      var data = { title: wish.title, desc: wish.desc, link: wish.link, imgUrl: wish.imgUrl, menuList: wish.menuList };
      ask("invoke", { api: api, data: data }).then(function (answer) {
        debug(answer);
        if (!isOk(answer)) { call(wish.fail, answer); }
        else if (waitsForTap) { taps[api] = wish; }
        else { call(wish.success, answer); }
        call(wish.complete, answer);
      });
    });
  }

  function api(name, waitsForTap) {
    return function (options) { invoke(name, options, waitsForTap); };
  }

  window.wx = {
    config: function (options) {
      if (state !== "new") { return; }
      state = "asking";
      wantsDebug = Boolean(options.debug);
      tags = options.openTagList || [];
      ask("config", {
        appId: options.appId, timestamp: options.timestamp, nonceStr: options.nonceStr,
        signature: options.signature, jsApiList: options.jsApiList || [], openTagList: options.openTagList || [],
      }).then(function (answer) {
        debug(answer);
        told = answer;
        state = isOk(answer) ? "ready" : "failed";
        if (state === "failed") { call(onError, answer); }
        // The platform runs wx.ready after a failure too; the calls made there are refused one by one.
        onReady.splice(0).forEach(function (work) { work(); });
      });
    },
    ready: function (work) {
      if (state === "ready" || state === "failed") { work(); } else { onReady.push(work); }
    },
    error: function (work) {
      if (state === "failed") { work(told); } else { onError = work; }
    },
    checkJsApi: function (options) {
      var known = {};
      (options.jsApiList || []).forEach(function (name) { known[name] = name in window.wx; });
      call(options.success, { checkResult: known, errMsg: "checkJsApi:ok" });
    },
    // success: the card was taken over, not that it was sent. The platform no longer tells who sent it on to whom.
    updateAppMessageShareData: api("updateAppMessageShareData"),
    updateTimelineShareData: api("updateTimelineShareData"),
    // The older pair, whose success runs when the holder has tapped.
    onMenuShareAppMessage: api("onMenuShareAppMessage", true),
    onMenuShareTimeline: api("onMenuShareTimeline", true),
    showMenuItems: api("showMenuItems"),
    hideMenuItems: api("hideMenuItems"),
  };

  // <wx-open-subscribe>: shows what its script holds once the page is signed for it, and asks when it is tapped.
  function asked(tag, notices) {
    var cover = document.createElement("div");
    var sheet = document.createElement("form");
    Object.assign(cover.style, { position: "fixed", inset: "0", zIndex: "5000", background: "rgba(0, 0, 0, .6)", display: "flex", alignItems: "flex-end" });
    Object.assign(sheet.style, { flex: "1", padding: "20px", background: "#fff", borderRadius: "12px 12px 0 0", font: "16px/1.6 sans-serif", color: "#111" });
    cover.setAttribute("role", "dialog");
    cover.setAttribute("aria-label", "接收通知");
    sheet.append("允许公众号发送以下通知（每种一条）");
    notices.forEach(function (notice) {
      var line = document.createElement("label");
      var box = document.createElement("input");
      Object.assign(box, { type: "checkbox", checked: true, value: notice.id });
      line.style.display = "block";
      line.append(box, " " + notice.title);
      sheet.append(line);
    });
    function finish(accepts) {
      var answers = {};
      sheet.querySelectorAll("input").forEach(function (box) { answers[box.value] = accepts && box.checked ? "accept" : "reject"; });
      cover.remove();
      ask("subscribe", { answers: answers }).then(function (answer) {
        var details = {};
        Object.keys(answers).forEach(function (id) { details[id] = JSON.stringify({ status: answers[id] }); });
        tell(tag, isOk(answer) ? "success" : "error", { errMsg: answer.errMsg, subscribeDetails: JSON.stringify(details) });
      });
    }
    [["取消", false], ["允许", true]].forEach(function (choice) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = choice[0];
      Object.assign(button.style, { margin: "16px 12px 0 0", padding: "8px 28px", font: "inherit" });
      button.addEventListener("click", function () { finish(choice[1]); });
      sheet.append(button);
    });
    cover.append(sheet);
    tag.shadowRoot.append(cover);
  }

  function tell(tag, name, detail) {
    tag.dispatchEvent(new CustomEvent(name, { detail: detail }));
  }

  function isTagOpen(name) {
    return state === "ready" && tags.indexOf(name) >= 0;
  }

  customElements.define("wx-open-subscribe", class extends HTMLElement {
    connectedCallback() {
      var tag = this;
      window.wx.ready(function () {
        if (!isTagOpen("wx-open-subscribe") || tag.shadowRoot) { return; }
        var inside = tag.querySelector("script[type='text/wxtag-template']:not([slot])");
        var style = tag.querySelector("script[slot='style']");
        var root = tag.attachShadow({ mode: "open" });
        var sheet = new CSSStyleSheet();
        sheet.replaceSync(style ? style.textContent.replace(/<\/?style>/g, "") : "");
        root.adoptedStyleSheets = [sheet];
        root.innerHTML = inside ? inside.textContent : "";
        tell(tag, "ready", {});
        root.addEventListener("click", function (event) {
          if (event.target.closest("[role='dialog']")) { return; }
          ask("subscribe", { templates: (tag.getAttribute("template") || "").split(",") }).then(function (answer) {
            if (isOk(answer)) { asked(tag, answer.notices); } else { tell(tag, "error", { errMsg: answer.errMsg }); }
          });
        });
      });
    }
  });

  window.addEventListener("message", function (event) {
    if (event.source !== window.parent || window.parent === window || !event.data || !event.data.tapped) { return; }
    var wish = taps[event.data.tapped];
    if (wish) { call(wish.success, { errMsg: event.data.tapped.replace("onMenuShare", "").replace("AppMessage", "sendAppMessage").replace("Timeline", "shareTimeline") + ":ok" }); }
  });
})();

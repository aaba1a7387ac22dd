// The sandbox's imitation of jweixin-1.6.0.js: the part that shares a page. What the platform would check is checked
// by the sandbox; what the holder of the phone taps comes from the page with the phones, in whose frame this runs.
// https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html
"use strict";

(function () {
  var state = "new"; // new | asking | ready | failed
  var told = null;
  var wantsDebug = false;
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
      ask("config", {
        appId: options.appId, timestamp: options.timestamp, nonceStr: options.nonceStr,
        signature: options.signature, jsApiList: options.jsApiList || [],
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

  window.addEventListener("message", function (event) {
    if (event.source !== window.parent || window.parent === window || !event.data || !event.data.tapped) { return; }
    var wish = taps[event.data.tapped];
    if (wish) { call(wish.success, { errMsg: event.data.tapped.replace("onMenuShare", "").replace("AppMessage", "sendAppMessage").replace("Timeline", "shareTimeline") + ":ok" }); }
  });
})();

// Sending a page on: inside WeChat with the platform's script, elsewhere by copying the link.
// Every page works without this file: the link stands there to be copied, and 我已转发 is a form.
"use strict";

(function () {
  var APIS = ["updateAppMessageShareData", "updateTimelineShareData", "onMenuShareAppMessage", "onMenuShareTimeline", "showMenuItems"];
  var ITEMS = ["menuItem:share:appMessage", "menuItem:share:timeline", "menuItem:copyUrl"];
  var script = document.getElementById("sdk");
  var about = document.querySelector("[data-share]");

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    var field = document.getElementById(button.dataset.copy);
    var word = button.textContent;

    function say(text) {
      button.textContent = text;
      setTimeout(function () { button.textContent = word; }, 2000);
    }

    function byHand() {
      field.focus();
      field.select();
      say(document.execCommand("copy") ? "已复制" : "请长按链接复制");
    }

    button.hidden = false;
    button.addEventListener("click", function () {
      if (!navigator.clipboard) { byHand(); return; }
      navigator.clipboard.writeText(field.value).then(function () { say("已复制"); }, byHand);
    });
  });

  // A page counts as opened while somebody sees it: what fetches it for a preview runs no script or shows nothing.
  var opened = document.querySelector("[data-opened]");
  function tellOpened() {
    if (document.visibilityState !== "visible") { return; }
    document.removeEventListener("visibilitychange", tellOpened);
    var body = new URLSearchParams({ csrf_token: opened.dataset.token });
    fetch(opened.dataset.opened, { method: "POST", body: body, credentials: "same-origin" }).catch(function () {});
  }
  if (opened) {
    document.addEventListener("visibilitychange", tellOpened);
    tellOpened();
  }

  if (!about || !script) { return; }

  // The page is shown one way or the other; a script that never answers leaves the link in place.
  function show(isReady) {
    document.querySelectorAll("[data-share-ready]").forEach(function (one) { one.hidden = !isReady; });
    document.querySelectorAll("[data-share-unready]").forEach(function (one) { one.hidden = isReady; });
  }

  function record() {
    var form = document.querySelector("form[data-records]");
    if (!form) { return; }
    var body = new URLSearchParams(new FormData(form));
    fetch(form.action, { method: "POST", body: body, headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) { if (answer.ok) { location.reload(); } });
  }

  function setCard() {
    var wx = window.wx;
    var card = { title: about.dataset.title, desc: about.dataset.text, link: about.dataset.link, imgUrl: about.dataset.picture };
    function wish(success, fail) {
      return { title: card.title, desc: card.desc, link: card.link, imgUrl: card.imgUrl, success: success, fail: fail };
    }
    document.dispatchEvent(new CustomEvent("sdk-ready"));
    wx.showMenuItems({ menuList: ITEMS });
    wx.updateAppMessageShareData(wish(function () { show(true); }, function () { show(false); }));
    wx.updateTimelineShareData(wish());
    // The older pair is the only one that learns of the tap; where the platform has dropped it, 我已转发 remains.
    if (wx.onMenuShareAppMessage) { wx.onMenuShareAppMessage(wish(record)); }
    if (wx.onMenuShareTimeline) { wx.onMenuShareTimeline(wish(record)); }
  }

  script.addEventListener("load", function () {
    if (!window.wx) { return; }
    var page = location.pathname + location.search;
    fetch("/h5/js-signature?page=" + encodeURIComponent(page), { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(answer.status); })
      .then(function (signed) {
        signed.jsApiList = APIS;
        if (document.getElementById("notices")) { signed.openTagList = ["wx-open-subscribe"]; }
        window.wx.error(function () { show(false); });
        window.wx.ready(setCard);
        window.wx.config(signed);
      })
      .catch(function () { show(false); });
  });
})();

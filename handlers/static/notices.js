// 备用提醒: the platform's own button that asks whether subscription notices may come. Without its script, or where the
// page is not signed, the section stays hidden.
"use strict";

(function () {
  var section = document.getElementById("notices");
  var script = document.getElementById("sdk");
  if (!section || !script) { return; }
  var told = document.getElementById("notices-told");
  // Only where the question stands by the way.
  var later = document.getElementById("notices-later");

  // The tag is the platform's; what it shows stands inside of it in a script that no browser runs.
  var tag = document.createElement("wx-open-subscribe");
  var inside = document.createElement("script");
  inside.type = "text/wxtag-template";
  inside.text = '<button type="button">允许接收通知</button>';
  tag.setAttribute("template", section.dataset.templates);
  tag.append(inside);
  document.getElementById("notices-place").append(tag);

  function accepted(event) {
    try {
      var details = JSON.parse(event.detail.subscribeDetails);
      return Object.keys(details).filter(function (id) { return JSON.parse(details[id]).status === "accept"; }).length;
    } catch (failure) {
      return 0;
    }
  }

  tag.addEventListener("ready", function () { section.hidden = false; });
  tag.addEventListener("success", function (event) {
    var count = accepted(event);
    told.textContent = count ? "已允许 " + count + " 种通知，各可收到一条。" : "没有允许接收通知。";
    if (!later) { return; }
    later.hidden = true;
    if (!count) {
      // A no to the platform's question is one to ours.
      fetch(later.action, { method: "POST", body: new URLSearchParams(new FormData(later)), credentials: "same-origin", redirect: "manual" }).catch(function () {});
    }
  });
  tag.addEventListener("error", function () { told.textContent = "暂时不能设置，请稍后再试。"; });

  // Where the page is sent on, too, share.js has it signed for both.
  if (document.querySelector("[data-share]")) {
    document.addEventListener("sdk-ready", function () { section.hidden = false; });
    return;
  }

  script.addEventListener("load", function () {
    if (!window.wx) { return; }
    var page = location.pathname + location.search;
    fetch("/h5/js-signature?page=" + encodeURIComponent(page), { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(answer.status); })
      .then(function (signed) {
        signed.jsApiList = [];
        signed.openTagList = ["wx-open-subscribe"];
        window.wx.ready(function () { section.hidden = false; });
        window.wx.error(function () { section.hidden = true; });
        window.wx.config(signed);
      })
      .catch(function () { section.hidden = true; });
  });
})();

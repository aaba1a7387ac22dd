// The form of a task: a text with headings and lists, fields that belong to a live course, and lists to choose from.
// Without this file the text is typed plainly and everything else works as it stands.
"use strict";

(function () {
  var form = document.querySelector("[data-task]");
  if (!form) { return; }
  var isChanged = false;
  var isSending = false;

  form.addEventListener("input", function () { isChanged = true; });
  form.addEventListener("submit", function () { isSending = true; });
  window.addEventListener("pageshow", function () { isSending = false; });
  window.addEventListener("beforeunload", function (event) {
    if (isChanged && !isSending) { event.preventDefault(); }
  });

  // -- fields of a live course ------------------------------------------------------------------------------
  var live = form.querySelector("[data-live]");
  function showLive() {
    live.hidden = form.elements.kind.value !== "live";
  }
  form.elements.kind.addEventListener("change", showLive);
  showLive();

  // -- the text ---------------------------------------------------------------------------------------------
  var KEPT = {
    P: "P", DIV: "P", BR: "BR", H1: "H2", H2: "H2", H3: "H3", H4: "H3", B: "B", STRONG: "B", I: "I", EM: "I", U: "U",
    S: "S", UL: "UL", OL: "OL", LI: "LI", BLOCKQUOTE: "BLOCKQUOTE", A: "A", HR: "HR",
    TABLE: "TABLE", THEAD: "THEAD", TBODY: "TBODY", TR: "TR", TH: "TH", TD: "TD"
  };
  var DROPPED = /^(SCRIPT|STYLE|TITLE|TEMPLATE|NOSCRIPT|IFRAME|OBJECT|SELECT|TEXTAREA)$/;

  function copyInto(place, nodes) {
    nodes.forEach(function (node) {
      if (node.nodeType === Node.TEXT_NODE) {
        place.appendChild(document.createTextNode(node.nodeValue));
      } else if (node.nodeType === Node.ELEMENT_NODE && !DROPPED.test(node.nodeName)) {
        var name = KEPT[node.nodeName];
        var made = name ? document.createElement(name) : place;
        if (name === "A" && /^https:/.test(node.getAttribute("href") || "")) { made.setAttribute("href", node.getAttribute("href")); }
        copyInto(made, Array.from(node.childNodes));
        if (name) { place.appendChild(made); }
      }
    });
  }

  function tidied(html) {
    var fragment = document.createDocumentFragment();
    // Left out before it is read: our policy forbids styles and handlers, and the browser would report each of them.
    html = html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/\s(style|on\w+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)/gi, "");
    var read = new DOMParser().parseFromString(html, "text/html");
    copyInto(fragment, Array.from(read.body.childNodes));
    return fragment;
  }

  // Without the empty lines at the end and the breaks by which the browser keeps a line open.
  function trimmed(html) {
    var whole = document.createElement("div");
    whole.append(tidied(html));
    while (whole.lastChild && !whole.lastChild.textContent.replace(/\u200b/g, "").trim() && whole.lastChild.nodeName !== "HR") {
      whole.lastChild.remove();
    }
    whole.querySelectorAll("br").forEach(function (mark) {
      if (!mark.nextSibling && mark.previousSibling) { mark.remove(); }
    });
    return whole.innerHTML;
  }

  function button(words, title, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "rich__btn";
    made.textContent = words;
    made.title = title;
    made.setAttribute("aria-label", title);
    made.addEventListener("mousedown", function (event) { event.preventDefault(); });
    made.addEventListener("click", act);
    return made;
  }

  function enrich(field) {
    var box = document.createElement("div");
    var bar = document.createElement("div");
    var page = document.createElement("div");
    var link = document.createElement("div");
    box.className = "rich";
    bar.className = "rich__bar";
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "正文格式");
    page.className = "rich__page";
    page.setAttribute("role", "textbox");
    page.setAttribute("aria-multiline", "true");
    page.setAttribute("aria-labelledby", "body-label");
    box.append(bar, link, page);
    field.before(box);
    field.hidden = true;

    var editor = new window.Squire(page, { blockTag: "P", sanitizeToDOMFragment: tidied, addLinks: false });
    editor.setHTML(field.value.indexOf("<") < 0 ? field.value.replace(/&/g, "&amp;").replace(/\n/g, "<br>") : field.value);
    document.getElementById("body-label").addEventListener("click", function (event) {
      event.preventDefault();
      editor.focus();
    });

    var toggles = [];
    function toggle(words, title, tag, on, off) {
      var made = button(words, title, function () {
        if (editor.hasFormat(tag)) { off(); } else { on(); }
        editor.focus();
        mark();
      });
      made.classList.add("rich__" + tag.toLowerCase());
      made.setAttribute("aria-pressed", "false");
      toggles.push([made, tag]);
      return made;
    }
    function mark() {
      toggles.forEach(function (one) { one[0].setAttribute("aria-pressed", editor.hasFormat(one[1]) ? "true" : "false"); });
    }
    function blocks(from, to) {
      editor.modifyBlocks(function (fragment) {
        fragment.querySelectorAll(from).forEach(function (block) {
          var made = document.createElement(to);
          made.append.apply(made, Array.from(block.childNodes));
          block.replaceWith(made);
        });
        return fragment;
      });
    }

    bar.append(
      toggle("小标题", "小标题", "H3", function () { blocks("p", "h3"); }, function () { blocks("h3", "p"); }),
      toggle("B", "加粗", "B", function () { editor.bold(); }, function () { editor.removeBold(); }),
      toggle("I", "斜体", "I", function () { editor.italic(); }, function () { editor.removeItalic(); }),
      toggle("U", "下划线", "U", function () { editor.underline(); }, function () { editor.removeUnderline(); }),
      toggle("• 列表", "项目列表", "UL", function () { editor.makeUnorderedList(); }, function () { editor.removeList(); }),
      toggle("1. 列表", "编号列表", "OL", function () { editor.makeOrderedList(); }, function () { editor.removeList(); }),
      toggle("引用", "引用", "BLOCKQUOTE", function () { editor.increaseQuoteLevel(); }, function () { editor.decreaseQuoteLevel(); }),
      toggle("链接", "链接", "A", askLink, function () { editor.removeLink(); }),
      button("清除格式", "清除格式", function () { editor.removeAllFormatting(); editor.focus(); }),
      button("撤销", "撤销", function () { editor.undo(); editor.focus(); }),
      button("重做", "重做", function () { editor.redo(); editor.focus(); })
    );
    editor.addEventListener("pathChange", mark);
    editor.addEventListener("select", mark);

    // The address of a link is asked for below the buttons.
    var address = document.createElement("input");
    var wrong = document.createElement("span");
    link.className = "rich__link";
    link.hidden = true;
    address.type = "url";
    address.placeholder = "https:\/\/";
    address.maxLength = 300;
    address.setAttribute("aria-label", "链接的网址");
    wrong.className = "wrong";
    wrong.setAttribute("role", "alert");
    function askLink() {
      link.hidden = false;
      wrong.textContent = "";
      setTimeout(function () { address.focus(); }, 0);
    }
    function endLink() {
      link.hidden = true;
      address.value = "";
      editor.focus();
    }
    function makeLink() {
      if (!/^https:/.test(address.value.trim())) {
        wrong.textContent = "网址请以 https 开头。";
        return;
      }
      var target = address.value.trim();
      endLink();
      editor.makeLink(target);
    }
    address.addEventListener("keydown", function (event) {
      if (event.key === "Enter") { event.preventDefault(); makeLink(); }
      if (event.key === "Escape") { endLink(); }
    });
    link.append(address, button("确定", "加上链接", makeLink), button("取消", "不加链接", endLink), wrong);

    editor.addEventListener("input", function () { isChanged = true; });
    form.addEventListener("submit", function () {
      var hasText = page.textContent.trim() !== "";
      field.value = hasText ? trimmed(editor.getHTML()) : "";
    });
  }
  if (window.Squire) { form.querySelectorAll("[data-rich]").forEach(enrich); }

  // -- lists to choose from ---------------------------------------------------------------------------------
  form.querySelectorAll("[data-choice]").forEach(function (choice) {
    var counted = choice.querySelector("[data-counted]");
    var find = choice.querySelector("[data-find]");
    var none = choice.querySelector("[data-none]");
    var options = choice.querySelector("[data-options]");

    function count() {
      var many = choice.querySelectorAll("input[type=checkbox]:checked").length;
      counted.textContent = many ? "已选 " + many : "不选为全部";
    }
    choice.addEventListener("change", count);
    count();
    if (!find) { return; }

    function narrow(word) {
      var seen = 0;
      choice.querySelectorAll("label.pick").forEach(function (label) {
        var fits = label.textContent.indexOf(word) >= 0 || label.querySelector("input").checked;
        label.hidden = !fits;
        seen += fits ? 1 : 0;
      });
      none.hidden = seen > 0 || !word;
    }

    function add(found) {
      var known = new Set(Array.from(options.querySelectorAll("input"), function (one) { return one.value; }));
      options.querySelectorAll("input:not(:checked)").forEach(function (one) {
        known.delete(one.value);
        one.closest("label").remove();
      });
      found.forEach(function (one) {
        if (known.has(one.code)) { return; }
        var label = document.createElement("label");
        var box = document.createElement("input");
        var above = document.createElement("span");
        label.className = "pick";
        box.type = "checkbox";
        box.name = options.dataset.name;
        box.value = one.code;
        above.className = "hint";
        above.textContent = one.above ? "（" + one.above + "）" : "";
        label.append(box, " " + one.name, above);
        options.append(label);
      });
      none.hidden = found.length > 0;
    }

    var asked = 0;
    var waiting = 0;
    function ask(word) {
      var mine = ++asked;
      fetch(choice.dataset.search + "&q=" + encodeURIComponent(word), { headers: { Accept: "application/json" }, credentials: "same-origin" })
        .then(function (answer) { if (!answer.ok) { throw new Error(answer.status); } return answer.json(); })
        .then(function (found) { if (mine === asked) { add(found); } })
        .catch(function () { if (mine === asked) { none.hidden = false; } });
    }
    find.addEventListener("input", function (event) {
      event.stopPropagation();
      var word = find.value.trim();
      if (!choice.dataset.search) { narrow(word); return; }
      clearTimeout(waiting);
      if (word) { waiting = setTimeout(function () { ask(word); }, 250); } else { asked += 1; add([]); none.hidden = true; }
    });
    find.addEventListener("keydown", function (event) {
      if (event.key === "Enter") { event.preventDefault(); }
    });
  });
})();

/* Buttons that copy a text beside them. Without JavaScript they stay hidden and the text can be selected. */
(function () {
  "use strict";
  function show(root) {
    root.querySelectorAll("[data-kk-copy][hidden]").forEach(function (button) { button.hidden = false; });
  }
  function copied(text, element) {
    if (navigator.clipboard) { return navigator.clipboard.writeText(text); }
    var range = document.createRange(); // an address without https has no clipboard
    range.selectNodeContents(element);
    window.getSelection().removeAllRanges();
    window.getSelection().addRange(range);
    return document.execCommand("copy") ? Promise.resolve() : Promise.reject(new Error("copy"));
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-kk-copy]");
    if (!button) { return; }
    var element = document.getElementById(button.dataset.kkCopy);
    copied(element.textContent.trim(), element).then(function () {
      button.textContent = button.dataset.kkCopied;
      button.setAttribute("role", "status");
    }, function () {});
  });
  show(document);
  document.addEventListener("htmx:afterSwap", function () { show(document); });
})();

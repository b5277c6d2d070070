// Buttons that copy what stands beside them.

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const label = button.querySelector(".hush");
    if (!(await copied(button.dataset.copy))) mark(button.previousElementSibling);
    else label.textContent = "Copied";
    button.classList.add("done");
    setTimeout(() => {
      label.textContent = "Copy";
      button.classList.remove("done");
    }, 1600);
  });
}

async function copied(text) {
  // Browsers have no clipboard for pages that come over plain HTTP from another machine.
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function mark(element) {
  const selection = getSelection();
  selection.selectAllChildren(element);
  document.execCommand("copy");
}

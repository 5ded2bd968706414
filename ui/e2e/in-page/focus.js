/** What has the focus, as a screen reader would call it; whether it stands in view, and looks different for it. */
function whereTheFocusIs() {
  const here = document.activeElement;
  if (!(here instanceof HTMLElement) || here === document.body) {
    return { name: "nothing", lost: true, inView: false, marked: false };
  }
  const called = here.getAttribute("aria-label") ?? here.labels?.[0]?.innerText ?? here.innerText;
  const name = `${here.tagName.toLowerCase()} “${called.slice(0, 60)}”`;
  const { left, top, right, bottom } = here.getBoundingClientRect();
  const inView = right > left && bottom > top && left < innerWidth && top < innerHeight && right > 0 && bottom > 0;
  // A mark is whatever looks different with the focus than without: on the element, what it stands in, or its neighbour.
  const around = [here, here.parentElement, here.parentElement?.parentElement, here.nextElementSibling].filter(
    (one) => one instanceof HTMLElement,
  );
  const appearance = () =>
    JSON.stringify(
      around.map((one) => {
        const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor } = getComputedStyle(one);
        return [outlineStyle === "none" ? "" : outlineWidth, boxShadow, borderColor, backgroundColor];
      }),
    );
  // An item of a menu is marked by its colour among its siblings; taking the focus away would close the menu.
  if (here.getAttribute("role")?.startsWith("menu")) {
    const plain = [...(here.parentElement?.children ?? [])].find(
      (other) => other !== here && other.getAttribute("role") === here.getAttribute("role"),
    );
    const colour = (one) => getComputedStyle(one).backgroundColor;
    const open = here.getAttribute("role") === "menu";
    return { name, lost: false, inView, marked: open || !plain || colour(plain) !== colour(here) };
  }
  const { outlineStyle, outlineWidth } = getComputedStyle(here);
  if (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) return { name, lost: false, inView, marked: true };
  const before = appearance();
  here.blur();
  const after = appearance();
  here.focus();
  return { name, lost: false, inView, marked: before !== after };
}

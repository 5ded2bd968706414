/** What on the screen breaks a rule of accessibility. Expects axe to be in the page. */
async function brokenRules() {
  // A row of a virtual list is hidden until it has been measured.
  const hidden = () => [...document.querySelectorAll("[style]")].some((one) => one.style.visibility === "hidden");
  while (hidden()) await new Promise(requestAnimationFrame);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  // An open menu stands at the end of the document, outside of every landmark, and holds the focus while it is open.
  const rules = { region: { enabled: document.querySelector("[role=menu]") === null } };
  const { violations } = await window.axe.run(document, {
    runOnly: { type: "tag", values: tags },
    rules,
    resultTypes: ["violations"],
  });
  return violations.map(({ id, help, nodes }) => ({
    rule: `${id}: ${help}`,
    at: nodes.slice(0, 5).map((node) => `${node.target.join(" ")} ${node.failureSummary ?? ""}`),
  }));
}

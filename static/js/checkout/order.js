// Another province shows its communes at once; without script a button asks for them.

const province = document.querySelector("select[name=province]");
if (province) {
  const go = document.createElement("button");
  Object.assign(go, { type: "submit", name: "change_province", value: "1", hidden: true, formNoValidate: true });
  province.form.append(go);
  province.addEventListener("change", () => province.form.requestSubmit(go));
}

// Another province shows its communes and fees at once; without script a button asks for them.

const province = document.querySelector("select[name=province]");
const button = document.querySelector("[name=change_province]");
if (province && button) {
  button.parentElement.hidden = true;
  province.addEventListener("change", () => province.form.requestSubmit(button));
}

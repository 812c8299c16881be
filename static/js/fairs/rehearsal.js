// The rehearsal room: only its picture moves.
import { playStage } from "./stage.js";

playStage(document.querySelector("#room"));

// Every page loads this one module. Each behaviour finds its elements by a data attribute and works alone.
import "./ready.js";
import "./times.js";
import "./renew.js";
import "./live.js";
import "./list.js";
import "./copy.js";
import "./dialogs.js";
import "./keyboard.js";
import "./drop.js";
import "./upload.js";
import "./forms.js";
import "./charts.js";
import "./api.js";
import "./chat.js";

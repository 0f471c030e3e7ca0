/**
 * An expression of RE2 as JavaScript's, which writes some things in another way:
 * flags stand behind it, a `\` stands before nothing that means itself anyway, and
 * names of groups, anchors, numbers, scripts and classes look differently.
 */
export function inJavaScript(expression: string): RegExp {
  const [flags = "", letters = ""] = /^\(\?([ims]{1,3})\)/.exec(expression) ?? [];
  let place: Place = "outside";
  const text = expression.slice(flags.length).replaceAll(TOKEN, (token) => {
    const here = place;
    place = placeAfter(here, token);
    return here === "outside" ? outside(token) : betweenBrackets(token, here);
  });
  return new RegExp(text, `u${Array.from(new Set(letters)).join("")}`);
}

/** Between brackets a `-` makes a range behind a character that is no part of one yet. */
type Place = "outside" | "between" | "behind a character" | "in a range";

function placeAfter(place: Place, token: string): Place {
  if (place === "outside") return token.startsWith("[") && !token.endsWith(":]") ? "between" : "outside";
  if (token === "]") return "outside";
  if (place === "in a range" || IS_SET.test(token)) return "between";
  return place === "behind a character" && token === "-" ? "in a range" : "behind a character";
}

const IS_SET = /^(?:\[:|\\[dDsSwWpP])/;

/** Of what means something else in JavaScript; anything else is one character. */
const TOKEN = /\\[pP]\{\w+\}|\\[pP]\w|\\x\{[0-9A-Fa-f]+\}|\\x..|\\.|\[:\^?\w+:\]|\[\^?|\(\?P?<|./gsu;

function outside(token: string): string {
  if (token.startsWith("(?")) return "(?<";
  if (token === "\\A") return "^";
  if (token === "\\z") return "$";
  return token.startsWith("[") ? token : written(token, SYNTAX);
}

function betweenBrackets(token: string, place: Place): string {
  if (token.startsWith("[:")) return token.startsWith("[:^") ? "\\S" : "\\w";
  return token === "-" && place !== "behind a character" ? "\\-" : written(token, `${SYNTAX}-`);
}

const SYNTAX = "^$\\.*+?()[]{}|/";

function written(token: string, syntax: string): string {
  if (!token.startsWith("\\")) return token;
  const [, name] = /^\\[pP]\{?(\w+)/.exec(token) ?? [];
  if (name !== undefined) return `${token.slice(0, 2)}{${name.length > 2 ? "Script=" : ""}${name}}`;
  if (token.startsWith("\\x{")) return `\\u${token.slice(2)}`;
  if (token === "\\a") return "\\x07";
  return /\w/.test(token.charAt(1)) || syntax.includes(token.charAt(1)) ? token : token.slice(1);
}

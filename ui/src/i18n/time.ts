/** Formats times, spans and numbers. Formatters are cached by locale: creating one is slow. */
import { locale, m } from "./index.svelte";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WHEN = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;

const formatters = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions, at: number): string {
  const key = `${locale()} ${name}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale(), options);
    formatters.set(key, formatter);
  }
  return formatter.format(at);
}

/** The time of day, such as 14:05. */
export function clockTime(at: number): string {
  return format("time", { hour: "2-digit", minute: "2-digit" }, at);
}

/** The full date and time, for tooltips. */
export function fullTime(at: number): string {
  return format("full", { dateStyle: "full", timeStyle: "short" }, at);
}

/** A day: Today, Yesterday, a weekday of the last week, else the date. */
export function dayName(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0) return m().transcript.today;
  if (days === 1) return m().transcript.yesterday;
  if (days > 1 && days < 7) return format("weekday", { weekday: "long" }, at);
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return sameYear
    ? format("day", { weekday: "short", day: "numeric", month: "long" }, at)
    : format("year", { day: "numeric", month: "long", year: "numeric" }, at);
}

/** The time of day of an event beside a message; with the date if it was on another day than the message. */
export function timeBeside(at: number, line: number): string {
  return daysBetween(at, line) === 0 ? clockTime(at) : format("when", WHEN, at);
}

/** A time in a list: the time of day today, else Yesterday, a weekday or the date. */
export function listTime(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days <= 0) return clockTime(at);
  if (days === 1) return m().transcript.yesterday;
  if (days < 7) return format("short", { weekday: "short" }, at);
  return format("date", { day: "2-digit", month: "2-digit", year: "2-digit" }, at);
}

/** A time in a list of past events: the time of day today, else with the day. */
export function stamp(at: number, now: number): string {
  return daysBetween(at, now) === 0 ? clockTime(at) : `${listTime(at, now)} ${clockTime(at)}`;
}

/** A short date. */
export function shortDate(at: number): string {
  return format("date", { day: "2-digit", month: "2-digit", year: "2-digit" }, at);
}

/** A past time within a sentence: 20 minutes ago, or on a date. */
export function whenTime(at: number, now: number): string {
  return daysBetween(at, now) === 0 ? relative(at, now) : m().time.on(format("when", WHEN, at));
}

/** A span of a running timer: 0:42, 12:05, then 3 h 20 min, then 2 d 3 h. */
export function timer(span: number): string {
  const left = Math.max(0, span);
  const { h, min, d } = m().duration;
  if (left < HOUR) {
    const seconds = Math.floor((left % MINUTE) / SECOND);
    return `${Math.floor(left / MINUTE)}:${String(seconds).padStart(2, "0")}`;
  }
  // No-break spaces keep a number and its unit together.
  if (left < DAY) return `${Math.floor(left / HOUR)}\u00a0${h} ${Math.floor((left % HOUR) / MINUTE)}\u00a0${min}`;
  return `${Math.floor(left / DAY)}\u00a0${d} ${Math.floor((left % DAY) / HOUR)}\u00a0${h}`;
}

/** A span in its largest unit: 42 s, 12 min, 3 h. */
export function span(ms: number): string {
  const left = Math.max(0, ms);
  const { h, min, s, d } = m().duration;
  if (left < MINUTE) return `${Math.ceil(left / SECOND)}\u00a0${s}`;
  if (left < HOUR) return `${Math.floor(left / MINUTE)}\u00a0${min}`;
  if (left < 2 * DAY) return `${Math.floor(left / HOUR)}\u00a0${h}`;
  return `${Math.floor(left / DAY)}\u00a0${d}`;
}

const relatives = new Map<string, Intl.RelativeTimeFormat>();

/** How long ago, as text. */
function relative(at: number, now: number): string {
  const key = locale();
  let formatter = relatives.get(key);
  if (!formatter) {
    formatter = new Intl.RelativeTimeFormat(key, { numeric: "auto" });
    relatives.set(key, formatter);
  }
  const ago = now - at;
  if (ago < HOUR) return formatter.format(-Math.max(1, Math.floor(ago / MINUTE)), "minute");
  return formatter.format(-Math.floor(ago / HOUR), "hour");
}

/** How many local midnights lie between two times. */
function daysBetween(at: number, now: number): number {
  const midnight = (time: number): number => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(at)) / DAY);
}

/** A number with separators: 200,000 or 200.000. */
export function formatNumber(count: number): string {
  return new Intl.NumberFormat(locale()).format(count);
}

/** A percentage: 125% or 125 %. */
export function formatPercent(hundredths: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent" }).format(hundredths / 100);
}

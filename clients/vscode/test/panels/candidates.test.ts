import { describe, expect, test } from "vitest";
import type { Candidate } from "../../src/panels/answers";
import { Candidates } from "../../src/panels/optimise/candidates";

function candidate(title: string, applies = true): Candidate {
  return { rewrite: title, title, sql: title, short: "", evidence: [], edit: applies ? {} : null };
}

describe("candidates", () => {
  test("that come twice are listed once, in the order of the whole answer", () => {
    const found = new Candidates();
    found.add([candidate("slow")]);
    found.add([candidate("fast")]);
    found.finish([candidate("fast"), candidate("slow"), candidate("index", false)]);
    expect(found.entries().map((one) => [one.title, one.applies])).toEqual([["fast", true], ["slow", true], ["index", false]]);
  });

  test("what the user has done stays when the answer comes", () => {
    const found = new Candidates();
    found.add([candidate("slow"), candidate("fast")]);
    found.mark(1, "rejected");
    found.finish([candidate("fast"), candidate("slow")]);
    expect(found.entries().map((one) => [one.title, one.state])).toEqual([["fast", "open"], ["slow", "rejected"]]);
  });

  test("one goes round those that can be applied", () => {
    const found = new Candidates();
    found.finish([candidate("a"), candidate("b"), candidate("advice", false), candidate("c")]);
    expect([undefined, 1, 2, 4].map((from) => found.next(from, 1))).toEqual([1, 2, 4, 1]);
    expect([undefined, 1, 2, 4].map((from) => found.next(from, -1))).toEqual([4, 4, 1, 2]);
    found.mark(2, "rejected");
    expect(found.next(1, 1)).toBe(4);
    expect(new Candidates().next(undefined, 1)).toBeUndefined();
  });
});

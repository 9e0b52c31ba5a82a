import type { Answers, Questionnaire, RiskQuestion } from '@/api/risks'

/** Stands in place of the next question after the last one. */
export const END = 'amount'

/** The questions that the answers lead through, and the one to ask next: END when only the amount is missing. */
export function pathOf(q: Questionnaire, answers: Answers): { asked: RiskQuestion[]; next: RiskQuestion | typeof END } {
  const asked: RiskQuestion[] = []
  for (let key = q.start; ; ) {
    const question = q.questions.find((x) => x.key === key)
    if (!question) return { asked, next: END }
    const first = question.options.find((o) => answers[key]?.includes(o.key))
    if (!first) return { asked, next: question }
    asked.push(question)
    key = first.next
  }
}

/** The answers without those that no longer lead anywhere: what the court is sent. */
export function given(q: Questionnaire, answers: Answers): Answers {
  return Object.fromEntries(pathOf(q, answers).asked.map((x) => [x.key, answers[x.key]!]))
}

/** The most rounds that may come from a question on. */
export function longest(q: Questionnaire, key: string): number {
  const question = q.questions.find((x) => x.key === key)
  return question ? 1 + Math.max(...[...new Set(question.options.map((o) => o.next))].map((next) => longest(q, next))) : 0
}

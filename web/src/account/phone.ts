const mainland = /^(?:(?:\+|00)?86)?1[3-9]\d{9}$/
const abroad = /^(?:\+|00)[1-9]\d{7,14}$/

/** Whether it looks like a number to which a code can be sent: a mobile number of the mainland, or any other with its country's code. The server decides. */
export function likePhone(typed: string): boolean {
  const plain = typed.normalize('NFKC').replace(/[\s()-]/g, '')
  return mainland.test(plain) || (abroad.test(plain) && !/^(?:\+|00)86/.test(plain))
}

// What the Go test tells a script, and how the script hurts the court (see cmd/microcourt/browser).

export const stage = JSON.parse(process.env.MICROCOURT_E2E ?? 'null')
if (!stage) throw new Error('these scripts are run by: go test -tags browser ./cmd/microcourt/browser')

// The test's end of this pipe closes when the test is gone.
process.stdin.resume().on('end', () => process.exit(1))

async function desk(path) {
  const res = await fetch(`${stage.desk}/${path}`, { method: 'POST' })
  if (!res.ok) throw new Error(`${path}: ${await res.text()}`)
}

export const court = {
  kill: (node) => desk(`nodes/${node}/kill`),
  start: (node) => desk(`nodes/${node}/start`),
  /** Has a node hand on its hearings, those that sit too. */
  drain: (node) => desk(`nodes/${node}/drain`),
  /** The nodes that carry a hearing. */
  homes: async () => (await fetch(`${stage.desk}/homes`)).json(),
  cut: (gate) => desk(`gates/${gate}/cut`),
  silence: (gate) => desk(`gates/${gate}/silent`),
  open: (gate) => desk(`gates/${gate}/open`),
  lead: (gate, node) => desk(`gates/${gate}/to/${node}`),
  damage: (sha256) => desk(`files/${sha256}/damage`),
  limit: (gate, bytesPerSecond) => desk(`gates/${gate}/rate/${bytesPerSecond}`),
}

/** Stands in all that is said; no node's log may hold it. */
export const marker = '说给法庭'

export const people = {
  judge: { name: '李明', login: 'judge.li', password: 'demo-judge-li' },
  otherJudge: { name: '王慧', login: 'judge.wang', password: 'demo-judge-wang' },
  clerk: { name: '孙悦', login: 'clerk.sun', password: 'demo-clerk-sun' },
  otherClerk: { name: '何佳', login: 'clerk.he', password: 'demo-clerk-he' },
  admin: { name: '系统管理员', login: 'admin', password: 'demo-admin-account' },
  plaintiff: { name: '周涛', phone: '13800000007' },
  defendant: { name: '孙丽', phone: '13800000006' },
  third: { name: '刘洋', phone: '13800000003' },
  /** On whom the court has served documents, in evidenceCase. */
  served: { name: '张伟', phone: '13800000001' },
  lawyer: { name: '陈静', phone: '13800000004' },
  /** Summoned to the hearing of hearingCase, and let in to watch it. */
  witness: { name: '郑强', phone: '13800000009' },
  observer: { name: '吴敏', phone: '13800000008' },
  unverified: { name: '吴敏', phone: '13800000008' },
}

/** A case of judge, clerk and two parties (and more) in which nobody has said anything yet. */
export const quietCase = { docket: '（2025）浙9901民初1502号', title: '周涛与孙丽、刘洋房屋租赁合同纠纷' }
/** A case of the same people whose hearing begins now: its lobby is open. */
export const hearingCase = { docket: '（2025）浙9901民初1536号', title: '周涛与孙丽、刘洋装饰装修合同纠纷' }
/** A case of the same judge, with exhibits and opinions, in which an exchange is going on. */
export const evidenceCase = { docket: '（2025）浙9901民初1024号' }
/** The case of the unverified person. */
export const unverifiedCase = { docket: '（2025）浙99行申8号', title: '吴敏诉示范市甬江区人民政府房屋征收补偿再审审查' }

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { evidenceCase, hearingCase, marker, people, quietCase, stage } from './court.mjs'
import { drawn } from './draw.mjs'
import { figure } from './figures.mjs'
import { Person } from './person.mjs'
import { Client } from './rest.mjs'
import { launchHearing, play, same, step, until } from './run.mjs'
import { walk } from './walk.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const routes = [...readFileSync(new URL('../src/router.ts', import.meta.url), 'utf8').matchAll(/path: '([^']+)'/g)].map((m) => m[1])

/** What must not be on any page; `minor` ones of axe are opinions. */
const grave = ['critical', 'serious', 'moderate']
/** The smallest side of what a finger has to hit. */
const TOUCH = 44

/** Finds what is wrong with the page as it stands: by the `rules` of axe (all, if none are named), and, where `sizes` count, of what is too wide or too small. */
async function faults(page, { rules, sizes }) {
  const broken = rules?.length === 0 ? [] : await page.evaluate(async ([impacts, rules]) => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'], ...(rules && { runOnly: rules }) })
    return violations.filter((v) => impacts.includes(v.impact)).flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target} ${n.failureSummary.split('\n')[1]?.trim()}`))
  }, [grave, rules])
  if (!sizes) return broken
  const wide = await page.evaluate(() => {
    const root = document.scrollingElement
    if (root.scrollWidth <= innerWidth) return []
    const out = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).slice(-1)
    return [`scrolls sideways: ${root.scrollWidth} of ${innerWidth} px ${out.map((e) => e.outerHTML.slice(0, 120))}`]
  })
  const small = await page.evaluate((touch) => {
    const found = []
    for (const e of document.querySelectorAll('button, a[href], input:not([type=file]), textarea, select, summary, [role=button], [role=switch], [role=tab]')) {
      if (!e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) || e.closest('.sr, .skip')) continue
      // Links inside a sentence are as high as their line.
      if (e.tagName === 'A' && getComputedStyle(e).display === 'inline') continue
      // A field is hit through its frame and its label, a picker through the label around it.
      const target = e.closest('label') ?? (/INPUT|TEXTAREA/.test(e.tagName) ? e.parentElement : e)
      let box = target.getBoundingClientRect()
      if (box.height >= touch - 0.5 && box.width >= touch - 0.5) continue
      // What it is hit through may be larger than what is seen of it.
      target.scrollIntoView({ block: 'center' })
      box = target.getBoundingClientRect()
      const [x, y, r] = [box.x + box.width / 2, box.y + box.height / 2, touch / 2 - 1]
      const hit = (x, y) => target.contains(document.elementFromPoint(x, y))
      if (!hit(x, y)) continue // behind a sheet
      const width = Math.max(box.width, hit(x - r, y) && hit(x + r, y) ? touch : 0)
      const height = Math.max(box.height, hit(x, y - r) && hit(x, y + r) ? touch : 0)
      if (width < touch - 0.5 || height < touch - 0.5) {
        found.push(`small target: ${Math.round(width)}x${Math.round(height)} ${e.tagName.toLowerCase()}.${e.className} ${(e.ariaLabel || e.innerText || '').slice(0, 20)}`)
      }
    }
    return found
  }, TOUCH)
  return [...broken, ...wide, ...small]
}

const looks = {
  light: { theme: 'light', size: 'normal' },
  dark: { theme: 'dark', size: 'normal' },
  large: { theme: 'light', size: 'large' },
}
/** What is looked for in each: dark changes colours alone, and large sizes alone, of which none makes a contrast less. The long version looks for everything in all. */
const everything = { sizes: true }
const lookedFor = process.env.MICROCOURT_SOAK
  ? { light: everything, dark: everything, large: everything }
  : { light: everything, dark: { rules: ['color-contrast'], sizes: false }, large: { rules: [], sizes: true } }

/** With a folder the pages are looked at by people: their pictures go there, and nothing is checked. */
const folder = process.argv[2]
const all = []
/** Looks at the page in every look. */
async function look(page, what) {
  // Sheets slide in.
  await until(`${what} stands still`, () => page.evaluate(() => document.getAnimations().every((a) => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)))
  if (folder) return figure(page, what, folder)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  for (const [name, to] of Object.entries(looks)) {
    await page.evaluate((l) => Object.assign(document.documentElement.dataset, l), to)
    await until('the look has changed', () => page.evaluate(() => document.getAnimations().every((a) => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)))
    for (const f of new Set(await faults(page, lookedFor[name]))) all.push(`${what} (${name}): ${f}`)
  }
  await page.evaluate((l) => Object.assign(document.documentElement.dataset, l), looks.light)
}

/** Steps of a filing that are like others, but for who reads web/FIGURES.md. */
const steps = {
  notice: 'the notice of a filing', parties: 'the parties of a filing', cause: 'the cause of a filing', first_instance: 'the decision that a filing is about', second_instance: 'the second instance of a filing', flags: 'what a filing has about it',
  service: 'the address of a filing',
}

play(async () => {
  const browser = await launchHearing()
  const [base] = stage.gates
  const seen = new Set()
  const options = { colorScheme: 'light', reducedMotion: 'reduce', bypassCSP: false }
  async function sign(who) {
    const person = await Person.with(browser, who, base, options)
    if (!folder) await person.context.addInitScript(axe) // cheaper for the browser than to be given it again for each page
    return person
  }

  const other = await Client.signIn(base, people.defendant)
  const caseId = await other.caseId(quietCase.docket)
  await other.accept(caseId)
  await other.send(caseId, `${marker}：https://example.com/${'很长的地址'.repeat(20)}${'a'.repeat(200)}`)
  const judge = await Client.signIn(base, people.judge)
  const { participants } = await judge.call('GET', `/cases/${caseId}`)
  const id = (who) => participants.find((p) => p.name === who.name).id

  /** Opens each page by its address, waits until it says what it is for, and looks at it. */
  async function visit(person, visits) {
    for (const [route, ready, to] of visits) {
      seen.add(route)
      const path = (to ?? route).replace(':case', caseId)
      await person.page.goto(base + path, { waitUntil: 'domcontentloaded' })
      await ready(person.page).waitFor()
      await until('nothing is loading', async () => (await person.page.locator('.van-skeleton').count()) === 0)
      await look(person.page, path.replace(caseId, ':case'))
    }
  }
  const heading = (name) => (page) => page.getByRole('heading', { name }).first()

  await step('before signing in', async () => {
    const nobody = await sign(people.plaintiff)
    const { courts } = await (await fetch(`${base}/api/v1/courts`)).json()
    await visit(nobody, [
      ['/sign-in', (page) => page.getByText('张伟')],
      ['/mine/help', heading('使用帮助')],
      ['/account-help', heading('不能登录怎么办')],
      ['/account-help/theft', (page) => page.getByLabel('从什么时候起')],
      ['/tools', heading('辅助工具')],
      ['/tools/:tool', heading('诉讼费计算'), '/tools/litigation_fee'],
      ['/courts', (page) => page.getByRole('link', { name: courts[0].name }).first()],
      ['/courts/:court', heading(courts[0].name), `/courts/${courts[0].id}`],
      ['/guide', heading('服务指南')],
      ['/guide/:page', heading('在线庭审前的准备'), '/guide/prepare'],
      ['/risk', heading('诉讼风险评估')],
      ['/risk/:dispute', heading('买卖合同'), '/risk/sale'],
      ['/:rest(.*)*', heading('没有这个页面'), '/no/such/page'],
    ])
    await nobody.page.goto(base + '/mine/help')
    await nobody.page.getByText('怎样登录？').click()
    await nobody.page.getByRole('button', { name: '看视频' }).click()
    await until('the video plays with its captions', () => nobody.page.locator('video').evaluate((v) => v.currentTime > 0 && v.videoWidth === 390 && v.textTracks[0].cues.length > 3))
    await nobody.page.goto(base + '/tools/litigation_fee')
    await nobody.page.getByRole('button', { name: '计算' }).click()
    await nobody.page.getByText('请填写').first().waitFor()
    await look(nobody.page, 'a calculator that lacks something')
    await nobody.page.getByLabel('案件类型').selectOption('property')
    await nobody.page.getByLabel(/诉讼请求金额/).fill('800000')
    await nobody.page.getByRole('button', { name: '计算' }).click()
    await nobody.page.locator('.result__main').waitFor()
    await look(nobody.page, 'what a calculator answers')
    await nobody.page.goto(base + '/sign-in')
    await nobody.page.getByRole('tab', { name: '法院工作人员' }).click()
    await nobody.page.getByRole('button', { name: '登录', exact: true }).click()
    await look(nobody.page, '/sign-in of staff, with an error')
    await nobody.context.close()
  })

  await step('as a party', async () => {
    const party = await sign(people.plaintiff)
    await party.signIn()
    const { page } = party
    await visit(party, [['/cases/:case/notice', (page) => page.locator('.paper footer')]])
    await party.acceptNotice()
    await party.say(`${marker}：您好`)
    await party.pick('相册', stage.files.image)
    await party.speak()
    await party.pick('文件', stage.files.pdf)
    await party.allSent()
    await other.send(caseId, `${marker}：收到`, `pair/${[id(people.plaintiff), id(people.defendant)].sort().join('/')}`)
    await page.getByText('收到').waitFor()
    const box = (page) => page.locator('.composer textarea')
    await visit(party, [
      ['/', heading('微法庭')],
      ['/mine', heading('我的')],
      ['/mine/devices', (page) => page.getByText('本机')],
      ['/mine/look', heading('字号与外观')],
      ['/mine/notify', (page) => page.getByRole('switch', { name: '在这台手机上提醒我' })],
      ['/cases', (page) => page.getByRole('link', { name: quietCase.docket })],
      ['/cases/:case', box],
      ['/cases/:case/details', (page) => page.getByText('审理法院')],
      ['/cases/:case/search', heading('搜索记录')],
      ['/cases/:case/with', heading('联系各方')],
      ['/cases/:case/with/:peer', box, `/cases/:case/with/${id(people.defendant)}`],
    ])
    await step('what opens on the pages of a party', async () => {
      const close = () => page.locator('.van-popup:visible').getByRole('button', { name: '关闭' }).click()
      await page.goto(`${base}/cases/${caseId}`)
      await party.inRoom()
      await party.plus()
      await look(page, 'the plus panel')
      await page.getByRole('button', { name: '法规案例' }).click()
      await page.getByRole('heading', { name: '即将打开：元典智库' }).waitFor()
      await look(page, 'asking before leaving for another service')
      await party.context.route('https://laws.example.cn/**', (route) => route.fulfill({ contentType: 'text/html', body: '<title>outside</title>' }))
      const [outside] = await Promise.all([party.context.waitForEvent('page'), page.getByRole('button', { name: '允许' }).click()])
      await outside.waitForURL('https://laws.example.cn/search')
      same('what the other service learns of where somebody comes from', await outside.evaluate(() => [window.opener, document.referrer]), [null, ''])
      await outside.close()
      await page.getByRole('button', { name: '发送位置' }).click()
      await page.getByRole('button', { name: '手工填写' }).click()
      await look(page, 'sending a location')
      await close()
      await page.getByRole('button', { name: /^参与人/ }).click()
      await look(page, 'who takes part')
      await close()
      await party.menu('您好')
      await look(page, 'the menu of a message')
      await page.getByRole('button', { name: '引用' }).click()
      await look(page, 'quoting')
      await page.goto(`${base}/cases/${caseId}/details`)
      await page.getByRole('button', { name: '案件主体' }).click()
      await page.getByRole('article').first().waitFor()
      await look(page, 'who takes part, in the details')
      await page.goto(`${base}/cases/${caseId}/search`)
      await page.getByRole('searchbox').fill('您好')
      await page.locator('mark').first().waitFor()
      await look(page, 'search results')
      await page.goto(`${base}/cases`)
      await page.getByRole('button', { name: '排序方式' }).click()
      await look(page, 'sorting')
      await page.goto(`${base}/mine`)
      await page.getByRole('button', { name: '退出登录' }).click()
      await look(page, 'asking before signing out')
      await page.goto(`${base}/mine`)
      await page.getByRole('button', { name: '退出重启' }).click()
      await page.getByRole('button', { name: '清除并重启' }).waitFor()
      await look(page, 'asking before restarting')
    })
    same('faults of the page', party.faults, [])
    await party.context.close()
  })

  await step('as a representative who deals with evidence', async () => {
    const reads = await Client.signIn(base, people.judge)
    const lawsuit = await reads.caseId(evidenceCase.docket)
    const { exhibits } = await reads.call('GET', `/cases/${lawsuit}/evidence`)
    const [mine, theirs] = ['原告证据1', '被告证据1'].map((label) => exhibits.find((e) => e.label === label).id)
    const { submission } = await reads.call('GET', `/cases/${lawsuit}/exhibits/${mine}`)
    const lawyer = await sign(people.lawyer)
    await lawyer.signIn()
    const { page } = lawyer
    const at = (path) => `/cases/${lawsuit}/${path}`
    await visit(lawyer, [
      ['/cases/:case', (page) => page.getByText('查看').last(), `/cases/${lawsuit}`],
      ['/cases/:case/evidence', (page) => page.getByText('正在质证'), at('evidence')],
      ['/cases/:case/exhibits/:exhibit', (page) => page.getByText('校验是否被改动'), at(`exhibits/${mine}`)],
      ['/cases/:case/submissions/:submission/receipt', (page) => page.getByText('第六十九条'), at(`submissions/${submission}/receipt`)],
      ['/cases/:case/exhibits/:exhibit/opinion', (page) => page.getByText('提出异议'), at(`exhibits/${theirs}/opinion`)],
    ])
    await page.getByRole('button', { name: '提交意见' }).click()
    await page.getByText('有异议时，请写明理由').waitFor()
    await look(page, 'an opinion without a reason')
    await page.getByRole('switch', { name: '提出异议' }).click()
    await look(page, 'an opinion without objection')
    await page.goto(base + at(`exhibits/${mine}`))
    await page.getByRole('button', { name: /校验是否被改动/ }).click()
    await page.getByText('一致：与提交时完全相同').waitFor()
    await look(page, 'an exhibit that was checked')
    await page.locator('.strip button').first().click()
    await page.getByRole('button', { name: '转动' }).waitFor()
    await look(page, 'a page of an exhibit')
    await page.goto(base + at(`submissions/${submission}/receipt`))
    await page.getByRole('button', { name: '打开 PDF 收据' }).click()
    await until('the receipt is drawn', () => page.locator('.pdf__page canvas').first().evaluate((c) => c.width > 0))
    await look(page, 'a receipt as PDF')
    await page.goto(base + at('evidence'))
    await page.getByRole('button', { name: '一览表' }).click()
    await page.locator('.matrix').waitFor()
    await look(page, 'the table of exhibits and parties')
    await step('handing in', async () => {
      await page.getByRole('button', { name: '提交证据' }).click()
      await page.getByLabel('证据名称').waitFor()
      seen.add('/cases/:case/evidence/submit/:draft')
      await look(page, 'handing in evidence')
      await page.getByRole('button', { name: '证据目录' }).click()
      await look(page, 'the example of an exhibit list')
      await page.locator('.van-popup:visible').getByRole('button', { name: '关闭' }).click()
      await page.getByRole('button', { name: '连续拍照' }).click()
      await page.getByRole('button', { name: '拍一页' }).waitFor()
      await look(page, 'the camera')
      await page.locator('.camera').getByRole('button', { name: '关闭' }).click()
      await page.getByRole('button', { name: '下一步：核对' }).click()
      await page.getByRole('alert').waitFor()
      await look(page, 'handing in, with what is missing')
      const chooser = page.waitForEvent('filechooser')
      await page.getByText('相册', { exact: true }).click()
      await (await chooser).setFiles(stage.files.image)
      await page.locator('.tile--done').waitFor()
      await page.getByLabel('证据名称').fill('收货单')
      await page.getByLabel('证据种类').selectOption('documentary')
      await page.getByLabel('要证明什么').fill('货已收到')
      await look(page, 'handing in, filled')
      await page.locator('.tile__open').click()
      await look(page, 'the menu of a page')
      await page.locator('.van-popup:visible').getByRole('button', { name: '关闭' }).click()
      await page.getByRole('button', { name: '下一步：核对' }).click()
      await page.getByText('点击“提交”，即表示您确认').waitFor()
      await look(page, 'checking before it is handed in')
      await page.getByRole('button', { name: '提交', exact: true }).click()
      await page.getByRole('heading', { name: '证据已提交' }).waitFor()
      await look(page, 'handed in')
    })
    same('faults of the page', lawyer.faults, [])
    await lawyer.context.close()

    const judge = await sign(people.judge)
    await judge.signIn()
    await judge.page.goto(base + at('evidence'))
    await judge.page.getByRole('button', { name: '组织质证' }).click()
    await look(judge.page, 'what the court does about evidence')
    await judge.page.getByRole('button', { name: '改结束时间' }).click()
    await look(judge.page, 'changing when an exchange ends')
    await judge.page.goto(base + at('evidence'))
    await judge.page.getByRole('button', { name: '组织质证' }).click()
    await judge.page.getByRole('button', { name: '证据水印' }).click()
    await look(judge.page, 'asking for the name over the evidence')
    await judge.page.goto(base + at(`exhibits/${theirs}`))
    await judge.page.getByRole('button', { name: '记录原件核对' }).click()
    await look(judge.page, 'noting an original')
    await judge.page.goto(base + at(`exhibits/${theirs}`))
    await judge.page.getByRole('button', { name: '认定证据' }).click()
    await look(judge.page, 'ruling on an exhibit')
    const { documents } = await reads.call('GET', `/cases/${lawsuit}/documents`)
    await judge.page.goto(base + at(`documents/${documents[0].id}`))
    await judge.page.getByRole('button', { name: '登记其他送达方式' }).click()
    await judge.page.getByRole('button', { name: '未能送达' }).click()
    await look(judge.page, 'noting service in another way')
    const notice = await other.call('GET', `/cases/${caseId}/notices/online_consent`)
    await other.call('POST', `/cases/${caseId}/consents`, { event: crypto.randomUUID(), stages: { exchange_asynchronous: false }, version: notice.version, sha256: notice.sha256 })
    await judge.page.goto(`${base}/cases/${caseId}/evidence`)
    await judge.page.getByRole('button', { name: '组织质证' }).click()
    for (let n = 0; n < 2; n++) await judge.page.locator('.van-popup:visible').getByText('开始质证', { exact: true }).last().click() // the entry, then the button of its form
    await judge.page.getByRole('alert').getByText(`${people.defendant.name}不同意非同步证据交换`).waitFor()
    await look(judge.page, 'an exchange to which a party does not agree')
    same('faults of the page of the judge', judge.faults, [])
    await judge.context.close()
  })

  await step('as who applies, is served, and pays', async () => {
    const party = await sign(people.plaintiff)
    await party.signIn()
    const { page } = party
    await party.page.goto(base)
    const report = await page.evaluate(async () => {
      const questions = (await (await fetch('/api/v1/risk-questionnaires')).json()).questionnaires.find((q) => q.key === 'sale')
      const answers = {}
      for (let at = questions.start; at !== 'amount'; ) {
        const option = questions.questions.find((q) => q.key === at).options.at(-1)
        answers[at] = [option.key]
        at = option.next
      }
      const id = crypto.randomUUID()
      await fetch(`/api/v1/me/risk-reports/${id}`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ dispute: 'sale', answers, amount: 800000 }) })
      return id
    })
    await visit(party, [
      ['/risk/reports/:report', heading('诉讼风险告知'), `/risk/reports/${report}`],
      ['/mine/signature', (page) => page.getByRole('button', { name: '开始签名' })],
      ['/mine/security', heading('账号与安全')],
      ['/mine/security/phone', (page) => page.getByRole('button', { name: '验证现在的手机号' })],
      ['/mine/security/theft', (page) => page.getByLabel('从什么时候起')],
      ['/mine/security/log', (page) => page.getByText('退出登录').or(page.getByText('登录', { exact: true })).first()],
      ['/mine/organisations', (page) => page.getByText('还没有绑定单位')],
      ['/mine/organisations/bind', (page) => page.getByRole('region', { name: '授权委托书' })],
      ['/fees', heading('诉讼交费')],
      ['/documents', heading('我的文书')],
      ['/cases/:case/applications', (page) => page.getByRole('button', { name: '提交申请' })],
      ['/cases/:case/applications/new', (page) => page.getByText('证据与鉴定')],
      ['/cases/:case/address', (page) => page.getByRole('button', { name: '确认送达地址' })],
      ['/cases/:case/documents', heading('诉讼文书')],
      ['/cases/:case/fees', heading('诉讼交费')],
      ['/cases/:case/consents', (page) => page.getByRole('button', { name: '表示同意' }).first()],
      ['/cases/:case/signings', heading('签署')],
      ['/cases/:case/copies', heading('纸质文书')],
      ['/cases/:case/file', (page) => page.getByText('导出卷宗')],
      ['/tools/write/:form', heading('民事起诉状'), '/tools/write/civil_complaint'],
    ])
    await page.goto(`${base}/mine/signature`)
    await page.getByRole('button', { name: '开始签名' }).click()
    await look(page, 'the pad for a signature')
    await page.goto(`${base}/cases/${caseId}/details`)
    await page.getByRole('button', { name: '案件进程' }).click()
    await page.getByText('立案', { exact: true }).waitFor()
    await look(page, 'the course of the case')
    await page.goto(`${base}/cases/${caseId}/consents`)
    await page.getByRole('button', { name: '表示同意' }).first().click()
    await page.getByRole('button', { name: '确认', exact: true }).waitFor()
    await look(page, 'declaring consent')
    await page.goto(`${base}/cases/${caseId}/address`)
    await page.getByRole('button', { name: '确认送达地址' }).click()
    await page.getByRole('switch', { name: '同意电子送达', exact: true }).click()
    await page.getByRole('switch', { name: '指定代收人' }).click()
    await look(page, 'an address for service')
    await page.goto(`${base}/cases/${caseId}/applications/new`)
    await page.getByRole('button', { name: /财产保全申请/ }).click()
    await page.getByRole('button', { name: '预览并签名' }).click()
    await page.getByText('请填写').first().waitFor()
    seen.add('/cases/:case/applications/draft/:draft')
    await look(page, 'an application that lacks something')
    await page.getByRole('button', { name: '上传纸质申请书' }).click()
    const chooser = page.waitForEvent('filechooser')
    await page.getByText('添加申请书').click()
    await (await chooser).setFiles(stage.files.image)
    await page.getByText('已上传').waitFor()
    await look(page, 'an application on paper')
    await page.getByRole('button', { name: '提交', exact: true }).click()
    await page.locator('.van-popup:visible').getByRole('button', { name: '提交', exact: true }).click()
    await page.getByText('提交时间').waitFor()
    seen.add('/cases/:case/applications/:application')
    await look(page, 'an application that was handed in')
    same('faults of the page', party.faults, [])
    await party.context.close()

    const clerk = await sign(people.clerk)
    await clerk.signIn()
    await visit(clerk, [
      ['/cases/:case/documents/serve/:draft', (page) => page.getByText('受送达人').first(), `/cases/:case/documents/serve/${crypto.randomUUID()}`],
      ['/cases/:case/people/:participant/address', (page) => page.getByRole('button', { name: '登记' }), `/cases/:case/people/${id(people.plaintiff)}/address`],
    ])
    await clerk.page.getByRole('button', { name: '登记' }).click()
    await look(clerk.page, 'noting an address for service')
    await clerk.page.goto(`${base}/cases/${caseId}/signings`)
    await clerk.page.getByRole('button', { name: '提交各方签署' }).click()
    await clerk.page.getByLabel(/^内容/).fill('被告于十日内退还押金。')
    await look(clerk.page, 'writing an agreement')
    await clerk.page.locator('.van-popup:visible').getByRole('button', { name: '提交各方签署' }).click()
    await clerk.page.locator('.van-popup:visible').getByRole('button', { name: '提交', exact: true }).click()
    await clerk.page.getByRole('link', { name: /调解协议/ }).click()
    await clerk.page.locator('.pdf__page canvas').first().waitFor()
    seen.add('/cases/:case/signings/:signing')
    await look(clerk.page, 'a paper that several sign')
    await clerk.page.goto(`${base}/cases/${caseId}/fees`)
    await clerk.page.getByRole('button', { name: '发出交费通知' }).click()
    await clerk.page.getByLabel('案件类型').selectOption('property')
    await clerk.page.getByLabel(/诉讼请求金额/).fill('1000')
    await clerk.page.getByRole('button', { name: '计算' }).click()
    await clerk.page.locator('.result__main').waitFor()
    await look(clerk.page, 'issuing a fee notice')
    await clerk.context.close()

    const served = await sign(people.served)
    await served.signIn()
    const { documents } = await (await served.context.request.get(`${base}/api/v1/documents`)).json()
    const waiting = documents.find((d) => !d.services[0].confirmed_at)
    await visit(served, [['/cases/:case/documents/:document', (page) => page.getByText('打开文书'), `/cases/${waiting.case}/documents/${waiting.id}`]])
    await served.page.getByRole('button', { name: '签收', exact: true }).click()
    await look(served.page, 'confirming receipt')
    await served.context.close()
  })

  await step('as who files', async () => {
    const party = await sign(people.plaintiff)
    await party.signIn()
    const { page } = party
    const button = (name) => page.getByRole('button', { name, exact: true })
    await visit(party, [['/filings/new', (page) => page.getByText('行政再审').first()]])
    const draft = await page.evaluate(async () => {
      const api = async (method, path, body) => (await fetch(`/api/v1${path}`, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) })).json()
      const c = Object.assign(document.createElement('canvas'), { width: 200, height: 80 })
      c.getContext('2d').fillRect(20, 30, 100, 5)
      await api('PUT', '/me/signature', { image: c.toDataURL('image/png').split(',')[1] })
      const [{ notices }, { causes }] = [await api('GET', '/filing-kinds'), await api('GET', '/filing-kinds/civil_retrial/causes?q=mjjd')]
      const id = crypto.randomUUID()
      const side = { address: '示范市甬江区人民路1号' }
      await api('PUT', `/me/filing-drafts/${id}`, { revision: 0, kind: 'civil_retrial', step: 'parties', values: {
        capacity: 'self', notice: notices.find((n) => n.key === 'filing_notice').version, cause: causes[0].code, grounds: ['civ_no_evidence'], exclusions: ['rejected'], claims: '依法改判', reasons: '缺乏证据',
        parties: [{ id: 'a', standing: 'applicant', kind: 'person', name: '周涛', self: true, ...side }, { id: 'b', standing: 'respondent', kind: 'organisation', name: '示例公司', id_type: 'uscc', id_number: '91110101MA0000007U', ...side }],
        first_court: '示范市甬江区人民法院', first_docket: '(2026)浙0203民初9号', first_kind: 'judgment', first_on: '2025-02-01', effective_on: '2025-03-01',
        service_address: { recipient: '周涛', phone: '13800000007', street: '人民路1号', confidential: false, electronic: true, decisions: false } } })
      return id
    })
    const at = (step) => page.goto(`${base}/filings/draft/${draft}?step=${step}`, { waitUntil: 'domcontentloaded' })
    await visit(party, [['/filings/draft/:draft', (page) => page.getByText('添加被申请人'), `/filings/draft/${draft}`]])
    await button('下一步').click()
    await page.getByRole('button', { name: /^示例公司/ }).click()
    await page.getByText('校验位不符').waitFor()
    await look(page, 'a party with a mistyped code')
    await page.getByLabel('证件号码').fill('91110101MA0000007T')
    for (const [name, what] of folder ? Object.entries(steps) : []) {
      await at(name)
      await page.getByText(/第 \d+ 步，共 \d+ 步/).waitFor()
      await look(page, what)
    }
    await at('materials')
    await button('下一步').click()
    await page.getByText('请上传这项材料').first().waitFor()
    for (const slot of ['身份证明', '一审裁判文书', '主要证据及其他材料']) await page.getByRole('region', { name: slot }).locator('input[type=file]').setInputFiles(stage.files.pdf)
    await until('all have arrived', async () => (await page.getByText('已上传').count()) === 3)
    await look(page, 'the materials of a filing')
    await at('review')
    await page.getByText('请逐项核对').waitFor()
    await look(page, 'checking a filing')
    await button('预览并签名').click()
    await page.locator('.pdf__page canvas').first().waitFor()
    await button('签名并提交').click()
    await page.getByText('法院应在').waitFor()
    seen.add('/filings/:filing')
    await look(page, 'a filing that was handed in')
    await visit(party, [['/filings', (page) => page.getByText('待审查')]])
    same('faults of the page', party.faults, [])
    await party.context.close()
  })

  await step('at the filing desk', async () => {
    const clerk = await sign(people.clerk)
    await clerk.signIn()
    const { page } = clerk
    const button = (name) => page.getByRole('button', { name, exact: true })
    const sheet = async (name, what) => {
      await page.locator('.van-popup:visible').getByText(name).first().waitFor()
      await look(page, what)
      await page.locator('.van-popup:visible .sheet__close').click()
      await page.locator('.van-popup:visible').waitFor({ state: 'detached' }).catch(() => {})
    }
    const [{ id }] = (await clerk.page.evaluate(async () => (await fetch('/api/v1/filing-desk')).json())).filings
    await visit(clerk, [['/filing-desk', (page) => page.getByText('前答复').first()], ['/filing-desk/:filing', (page) => page.getByText('办理经过'), `/filing-desk/${id}`]])
    await button('立案').click()
    await sheet('审判组织和书记员', 'accepting a filing')
    await button('不受理').click()
    await sheet('理由', 'refusing a filing')
    await button('要求补正').click()
    await page.getByRole('button', { name: /^需补正：/ }).first().click()
    await look(page, 'choosing what is to be corrected')
    await button('已选 1 项，下一步').click()
    await page.locator('.van-popup:visible').getByText('补正期限').waitFor()
    await look(page, 'asking for a correction')
    same('faults of the page', clerk.faults, [])
    await clerk.context.close()
  })

  await step('in hearings', async () => {
    const held = await judge.caseId(hearingCase.docket)
    const { hearings } = await judge.call('GET', `/cases/${held}/hearings`)
    const now = hearings.find((h) => h.status === 'open').id
    const person = await sign(people.judge)
    await person.context.grantPermissions(['camera', 'microphone'])
    await person.signIn()
    const { page } = person
    const at = `/cases/${held}/hearings`
    await visit(person, [
      ['/cases/:case/hearings', heading('移动庭审'), at],
      ['/cases/:case/hearings/:hearing', (page) => page.getByText('麦克风正常'), `${at}/${now}`],
    ])
    await page.goto(base + at)
    await page.getByRole('button', { name: '安排庭审' }).click()
    await page.getByText('在线庭审排除情形').waitFor()
    await look(page, 'scheduling a hearing')
    await page.getByRole('radio', { name: /各自时间录制/ }).click()
    await page.getByText('非同步审理的条件').waitFor()
    await look(page, 'scheduling a hearing that each attends at a time of their own')
    await page.goto(`${base}${at}/${now}`)
    await page.getByRole('button', { name: '进入法庭' }).click()
    await page.getByRole('button', { name: '宣布开庭' }).waitFor()
    await look(page, 'the hearing room')
    await page.getByRole('button', { name: '主持' }).click()
    await page.getByText('庭审阶段').waitFor()
    await look(page, 'conducting a hearing')
    await page.getByRole('button', { name: '证人和旁听' }).click()
    await page.getByText(people.observer.phone).waitFor()
    await look(page, 'the guests of a hearing')
    for (const [who, ready] of [[people.witness, (page) => page.getByText('麦克风正常')], [people.observer, (page) => page.getByText('旁听只能看和听')]]) {
      const guest = await sign(who)
      await guest.context.grantPermissions(['camera', 'microphone'])
      await guest.signIn()
      await visit(guest, [['/hearings', heading('我的庭审')], ['/hearings/:hearing', ready, `/hearings/${now}`]])
      await guest.page.getByRole('button', { name: '阅读', exact: true }).click()
      await guest.page.locator('.van-popup:visible .van-button--primary').click()
      await guest.page.getByRole('button', { name: who === people.witness ? '进入候审' : '进入旁听', disabled: false }).click()
      await guest.page.getByText('请稍候').waitFor()
      await look(guest.page, `what ${who.name} sees before the hearing`)
      if (who === people.witness) await visit(guest, [['/hearings/:hearing/testimony', heading('我的证言笔录'), `/hearings/${now}/testimony`]])
      await guest.context.close()
    }
    for (const [wait, step] of [[0, 'start'], [3000, 'close']]) {
      await page.waitForTimeout(wait)
      await judge.call('POST', `/cases/${held}/hearings/${now}/steps`, { event: crypto.randomUUID(), step })
    }
    await page.getByText('播放庭审录像').waitFor()
    await look(page, 'a hearing that was held')
    await visit(person, [['/cases/:case/hearings/:hearing/recording', (page) => page.getByRole('button', { name: '播放', exact: true }), `${at}/${now}/recording`]])
    await visit(person, [['/cases/:case/hearings/:hearing/attendance', (page) => page.getByText('自行离开').or(page.getByText('未到庭')).first(), `${at}/${now}/attendance`]])
    await page.goto(`${base}${at}/${now}/recording`)
    await page.getByRole('button', { name: '核验完整性' }).click()
    await page.getByRole('status').getByText('一致').waitFor()
    await look(page, 'a recording that was checked')
    const script = `${at}/${now}/transcript`
    await visit(person, [['/cases/:case/hearings/:hearing/transcript', (page) => page.getByRole('button', { name: '模板' }), script]])
    await page.getByRole('button', { name: '模板' }).click()
    await page.getByRole('button', { name: /法庭调查/ }).click()
    await page.getByLabel('审判员').first().waitFor()
    await look(page, 'a transcript that is being written')
    await page.getByText('已保存').waitFor()
    await page.getByRole('button', { name: '送交核对' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '送交核对' }).click()
    await page.getByRole('button', { name: '核对并签名' }).waitFor()
    await look(page, 'a transcript that is read')
    await page.getByRole('button', { name: '核对并签名' }).click()
    await page.getByRole('button', { name: '确认无误，签名' }).waitFor()
    await look(page, 'a transcript that is signed')
    await person.context.close()
    const planned = await Client.signIn(base, people.otherJudge)
    const later = await planned.caseId('（2025）浙9901行初17号')
    const { hearings: soon } = await planned.call('GET', `/cases/${later}/hearings`)
    const waits = await sign(people.otherJudge)
    await waits.signIn()
    await visit(waits, [['/cases/:case/hearings/:hearing', (page) => page.getByRole('button', { name: '开放候审' }), `/cases/${later}/hearings/${soon[0].id}`]])
    await waits.context.close()
  })

  await step('in a hearing that each attends at a time of their own', async () => {
    const person = await sign(people.plaintiff)
    await person.signIn()
    const { page } = person
    const phone = new Client(base)
    phone.raw = async (method, path, data) => {
      const r = await person.context.request.fetch(`${base}/api/v1${path}`, { method, data, headers: { Origin: base } })
      return { ok: r.ok(), status: r.status(), text: () => r.text() }
    }
    const parties = [phone, other, await Client.signIn(base, people.third)]
    for (const p of parties) await p.accept(caseId)
    const event = () => crypto.randomUUID()
    const { version, sha256 } = await other.call('GET', `/cases/${caseId}/notices/online_consent`)
    for (const p of parties) await p.call('POST', `/cases/${caseId}/consents`, { event: event(), stages: { hearing_asynchronous: true }, version, sha256 })
    const conditions = { simple_procedure: true, difficult_together: true, applied_in_writing: true, facts_undisputed: true }
    const begins = Date.now() + 500
    const h = await judge.call('POST', `/cases/${caseId}/hearings`, { event: event(), type: 'trial', mode: 'asynchronous', at: begins, minutes: 1440, public: true, short_notice: true, conditions })
    const at = `/cases/${caseId}/hearings/${h.id}`
    for (const p of parties) await p.call('POST', `${at}/waivers`, { event: event() })
    await judge.call('POST', `${at}/opening`, { event: event() })
    await page.goto(base + at)
    await page.getByText('还没有人提交陈述').waitFor()
    await page.getByRole('button', { name: '阅读', exact: true }).click()
    await page.locator('.van-popup:visible .van-button--primary').click()
    await page.getByLabel('针对的环节').selectOption('debate')
    await page.locator('input[type=file]').last().setInputFiles(stage.files.video)
    await page.getByText('已上传').waitFor()
    await page.reload()
    await until('the recording is there again, to be looked at', () => page.locator('.statement__film').evaluate((v) => v.videoWidth > 0))
    same('its step', await page.getByLabel('针对的环节').inputValue(), 'debate')
    await look(page, 'a statement that was recorded')
    await page.getByRole('button', { name: '提交陈述' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '提交陈述' }).click()
    await page.locator('.statements video').waitFor()
    await look(page, 'a statement that was handed in')
    same('statements', (await judge.call('GET', at)).statements.map((s) => [s.seat, s.phase]), [[id(people.plaintiff), 'debate']])
    same('faults of the page', person.faults, [])
    await person.context.close()
  })

  await step('as who proves who they are, and the clerk who reviews', async () => {
    const person = await sign(people.unverified)
    await person.signIn()
    const { page } = person
    const button = (name) => page.getByRole('button', { name, exact: true })
    await visit(person, [
      ['/mine/identity', (page) => page.getByText('还没有身份认证')],
      ['/mine/identity/prove', (page) => page.locator('.paper footer')],
    ])
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await page.locator('.reads__tick input').check()
    await button('下一步').click()
    await page.getByLabel('姓名').fill('吴小敏')
    await page.getByLabel('证件号码').fill('110101201506010010')
    await page.getByLabel('与本人的关系').waitFor()
    await look(page, 'the document of a minor')
    await page.getByLabel('姓名', { exact: true }).fill('吴敏')
    await page.getByLabel('证件号码').first().fill('110101199003070011')
    await button('下一步').click()
    await button('是我的号码，下一步').waitFor()
    await look(page, 'the phone')
    await button('是我的号码，下一步').click()
    await page.getByRole('region', { name: '证件正面' }).locator('input:not([capture])').setInputFiles(stage.files.image)
    await page.getByText('法院已收到').waitFor()
    await look(page, 'photos of the document')
    const image = await drawn(page)
    const c = await Client.signIn(base, people.unverified)
    const n = await c.call('GET', '/me/identity/texts/face_consent')
    await c.call('PUT', '/me/identity/proofing/texts/face_consent', { version: n.version, sha256: n.sha256 })
    await page.getByRole('region', { name: '证件背面' }).locator('input:not([capture])').setInputFiles(stage.files.image)
    await until('both have arrived', async () => (await page.getByText('法院已收到').count()) === 2)
    await button('下一步').click()
    await button('开始人脸识别').waitFor()
    await look(page, 'before the camera')
    await button('开始人脸识别').click()
    await look(page, 'the warning of flashes')
    await button('我知道了，打开摄像头').click()
    await page.getByRole('button', { name: '开始', exact: true, disabled: false }).waitFor()
    await look(page, 'the circle')
    await button('改为读数字').last().click()
    await button('开始录制').waitFor()
    await look(page, 'before the video')
    await walk(base, people.unverified, { name: '吴敏', number: '110101199003070011' }, image)
    await page.goto(`${base}/mine/identity`)
    await page.getByText('提交成功，等待审核').waitFor()
    await look(page, 'waiting for review')
    same('faults of the page', person.faults, [])
    await person.context.close()

    const clerk = await sign(people.clerk)
    await clerk.signIn()
    const { rows } = await (await Client.signIn(base, people.clerk)).call('GET', '/proofings')
    await visit(clerk, [
      ['/proofings', (page) => page.getByRole('link', { name: /吴敏/ })],
      ['/proofings/:proofing', (page) => page.getByText('应当读出'), `/proofings/${rows[0].id}`],
    ])
    const [nobody, contact] = [new Client(base), '13900008800']
    const { demo_code: code } = await nobody.call('POST', '/auth/codes', { phone: contact })
    await nobody.call('POST', '/auth/theft', { phone: contact, code, since: Date.now() - 1000, account: { name: '吴敏', id_number: '110101199003070011' } })
    await visit(clerk, [['/theft-reports', (page) => page.getByText(`拨打 ${contact} 核实`)]])
    const picture = readFileSync(stage.files.image).toString('base64')
    const asked = await other.call('POST', '/me/organisations', { name: '某某科技有限公司', kind: 'enterprise', code_type: 'uscc', code: '91350100M000100Y43', licence: picture, letter: picture })
    await visit(clerk, [
      ['/organisation-bindings', (page) => page.getByRole('link', { name: /某某科技有限公司/ })],
      ['/organisation-bindings/:binding', (page) => page.getByText('授权委托书写明的权限'), `/organisation-bindings/${asked.id}`],
    ])
    await clerk.page.goto(`${base}/proofings/${rows[0].id}`)
    await clerk.page.locator('.review__photos button').first().click()
    await look(clerk.page, 'a photo, as large as it is wanted')
    same('faults of the page', clerk.faults, [])
    await clerk.context.close()
  })

  await step('as staff and administrator', async () => {
    const clerk = await sign(people.clerk)
    await clerk.signIn()
    await visit(clerk, [
      ['/desk', (page) => page.getByRole('button', { name: /等待法院/ })],
      ['/cases/:case/bench', heading('案件总览')],
      ['/mine/password', heading('修改密码')],
      ['/mine/totp', heading('两步验证')],
    ])
    await clerk.page.getByRole('button', { name: '开始设置' }).click()
    await clerk.page.getByLabel('验证器显示的6位数字').waitFor()
    await look(clerk.page, '/mine/totp, setting up')
    await clerk.context.close()
    const admin = await sign(people.admin)
    await admin.signIn()
    await visit(admin, [
      ['/staff', (page) => page.getByText('judge.li')],
      ['/audit', heading('操作日志')],
      ['/guide/:page/edit', (page) => page.getByRole('button', { name: '保存为新版本' }), '/guide/prepare/edit'],
    ])
    await admin.page.goto(`${base}/courts`)
    await admin.page.getByRole('button', { name: '导入名单' }).click()
    await admin.page.locator('.bring__file input').setInputFiles({ name: 'courts.csv', mimeType: 'text/csv', buffer: Buffer.from('名称,层级,地址\n示范知识产权法院,专门,科技路8号\n别的法院,区级,新街2号\n') })
    await admin.page.getByText('第3行（别的法院），层级').waitFor()
    await look(admin.page, 'a list of courts that was brought in')
    await admin.context.close()
  })

  await step('every page of the router was looked at, and nothing is wrong with it', async () => {
    same('pages that nobody looked at', routes.filter((r) => !seen.has(r)), [])
    if (all.length) throw new Error(`${all.length} faults:\n${all.join('\n')}`)
  })
})

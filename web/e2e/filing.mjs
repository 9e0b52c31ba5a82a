import { people, stage } from './court.mjs'
import { drawn, sign } from './draw.mjs'
import { Person } from './person.mjs'
import { approve, prove, review } from './proving.mjs'
import { Client } from './rest.mjs'
import { expect, launch, play, same, step, until } from './run.mjs'
import { walk } from './walk.mjs'

/** Synthetic, with the right check digit. */
const applicant = { name: '郑晓', number: '11010119920416003X', phone: '13900000021' }
const respondent = { name: '吴敏', number: '110101199003070011', phone: people.unverified.phone }

// Somebody whom the court doesn't know comes with a phone: proves who they are, brings a case to court, corrects it once, and stands in the room of the new case, where the
// respondent, who was invited and has proven who they are, answers.
play(async () => {
  const browser = await launch()
  const [here, there] = [stage.gates[0], stage.gates.at(-1)]
  const [person, clerk] = await Promise.all([Person.with(browser, applicant, here), Client.signIn(there, people.clerk)])
  await person.signIn()
  const other = Client.signIn(there, applicant, 'another phone') // a code comes only every few seconds
  other.catch(() => {})
  await prove(person, here, applicant)
  const [reviewer, invited] = await Promise.all([Person.with(browser, people.otherClerk, there), Person.with(browser, people.unverified, there)])
  await Promise.all([reviewer.signIn(), invited.signIn()])

  await step('a clerk looks at it and approves, and the person is told', async () => {
    await review(reviewer.page, there, applicant)
    await approve(reviewer.page)
    await person.page.goto(`${here}/mine/identity`)
    await person.page.getByText('已完成身份认证').waitFor()
    await person.page.goto(here)
  })

  const { page } = person
  const button = (name, on = page) => on.getByRole('button', { name, exact: true })
  const next = () => button('下一步').click()
  const at = (name) => page.getByText(new RegExp(`第 \\d+ 步，共 \\d+ 步：${name}`)).waitFor()
  const draft = () => new URL(page.url()).pathname.split('/').pop()
  const saved = () => page.getByText('已于').waitFor()
  const put = (slot, ...paths) => page.getByRole('region', { name: slot }).locator('input[type=file]').setInputFiles(paths)

  await step('the notice is read before anything is filled in', async () => {
    await page.getByRole('link', { name: '我要立案' }).click()
    await button('立案申请').click()
    await page.getByRole('button', { name: /^民事再审/ }).click()
    await at('申请人')
    await page.getByRole('radio', { name: '本人' }).check()
    await next()
    await at('立案告知')
    const tick = page.locator('.choices__single input')
    same('it can be accepted before it was read', await tick.isEnabled(), false)
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await tick.check()
    await next()
  })

  await step('parties are completed, and a mistyped code is told at once', async () => {
    await at('当事人')
    await button(`${applicant.name} 本人 自然人 待补全`).click()
    await page.getByLabel('住址').fill('示范市甬江区人民路1号')
    await button('一审原告').click()
    await button('完成').click()
    await button('待填写 自然人 待补全').click()
    await button('单位').click()
    await page.getByLabel('单位全称').fill('示例科技有限公司')
    await page.getByLabel('证件号码').fill('91110101MA0000007U')
    await page.getByText('校验位不符').waitFor()
    await page.getByLabel('证件号码').fill('91110101MA0000007T')
    await page.getByText('号码校验通过').waitFor()
    await button('自然人').click()
    await page.getByLabel('姓名').fill(respondent.name)
    await page.getByLabel('证件号码').fill(respondent.number)
    await page.getByText('号码校验通过').waitFor()
    await page.getByLabel('住址').fill('示范市甬江区人民路2号')
    await page.getByLabel('联系电话').fill(respondent.phone)
    await button('完成').click()
    await at('当事人')
    await next()
    await at('代理人')
    await next()
  })

  await step('the cause is found by the initials of its pinyin, the ground by a word', async () => {
    await page.getByRole('searchbox').fill('mjjd')
    await page.getByRole('button', { name: /^民间借贷纠纷/ }).click()
    await next()
    await page.getByRole('searchbox').fill('缺乏证据')
    await page.getByRole('checkbox', { name: /基本事实缺乏证据证明/ }).check()
    await next()
    await at('请求与理由')
  })

  await step('what is typed without a network is there after the page was closed', async () => {
    await saved()
    await person.context.setOffline(true)
    await page.getByLabel('再审请求').fill('撤销原判，依法改判')
    await page.getByLabel('事实与理由').fill('原判认定的基本事实缺乏证据证明')
    await person.context.setOffline(false)
    await page.goto(`${here}/filings`, { waitUntil: 'domcontentloaded' })
    await page.getByRole('link', { name: new RegExp(`${applicant.name}与${respondent.name}`) }).first().click()
    await until('the words are there', async () => (await page.getByLabel('事实与理由').inputValue()) === '原判认定的基本事实缺乏证据证明')
    await saved()
  })

  await step('what another phone changed is put together with it, and where both changed the same the person chooses', async () => {
    const [path, elsewhere] = [`/me/filing-drafts/${draft()}`, await other]
    await person.context.setOffline(true)
    await page.getByLabel('再审请求').fill('撤销原判，改判驳回')
    const d = await elsewhere.call('GET', path)
    await elsewhere.call('PUT', path, { revision: d.revision, kind: d.kind, step: d.step, values: { ...d.values, claims: '发回重审', first_court: '示范市甬江区人民法院' } })
    await person.context.setOffline(false)
    const sheet = page.getByRole('dialog')
    await sheet.getByText('发回重审').waitFor()
    await sheet.getByRole('radio', { name: /撤销原判，改判驳回/ }).check()
    await button('就用所选的内容', sheet).click()
    await until('the court has it', async () => (await elsewhere.call('GET', path)).values.claims === '撤销原判，改判驳回')
    await next()
    await at('一审信息')
    same('from the other phone', await page.getByLabel('一审法院').inputValue(), '示范市甬江区人民法院')
  })

  await step('the decision, and that there was no second instance', async () => {
    await page.getByLabel('一审案号').fill('(2026)浙0203民初9号')
    await page.getByRole('radio', { name: '判决书' }).check()
    await page.getByLabel('一审裁判日期').fill('2026-06-01')
    await next()
    await at('二审信息')
    await page.getByRole('switch', { name: '是否包含二审信息' }).click()
    await page.getByLabel('二审法院').waitFor()
    await page.getByRole('switch', { name: '是否包含二审信息' }).click()
    await page.getByLabel('二审法院').waitFor({ state: 'detached' })
    await next()
    await page.getByLabel('裁判文书生效日期').fill('2026-08-01')
    await next()
    await page.getByRole('switch', { name: '是否涉外' }).click()
    await next()
    await at('申请材料')
  })

  await step('six files are added and go up as they are', async () => {
    await next()
    await page.getByText('请上传这项材料').first().waitFor()
    const { image, pdf } = stage.files
    await put('身份证明', image, image)
    await put('一审裁判文书', pdf)
    await put('主要证据及其他材料', image, pdf, image)
    await until('all have arrived', async () => (await page.getByText('已上传').count()) === 6)
    await next()
  })

  await step('the address begins with what is known; consent is given stage by stage', async () => {
    await at('送达地址')
    same('the recipient', await page.getByLabel('收件人').first().inputValue().catch(() => ''), applicant.name)
    await page.locator('input[type=tel]').first().fill(applicant.phone)
    await page.getByRole('switch', { name: '同意电子送达', exact: true }).click()
    await next()
    await at('在线诉讼同意')
    await page.getByRole('group', { name: '立案' }).first().getByRole('button', { name: '同意', exact: true }).click()
    await next()
  })

  let filing
  await step('the whole is a paper, signed with the signature on file and handed in', async () => {
    await at('核对并提交')
    await button('预览并签名').click()
    const paper = page.locator('.pdf__page canvas').first()
    await paper.or(page.getByRole('button', { name: '开始签名' })).first().waitFor()
    if (!(await paper.count())) await sign(page)
    await until('the paper is drawn', () => paper.evaluate((c) => c.width > 0))
    await button('签名并提交').click()
    await page.getByText('法院应在').waitFor()
    filing = draft()
    expect('the day is told', /法院应在 \d+年\d+月\d+日 前答复（5 日内）/.test(await person.text()))
  })

  const answer = (body) => clerk.call('POST', `/filing-desk/${filing}/answer`, body)
  await step('what the court wants corrected opens where it is', async () => {
    await answer({ steps: 1, act: 'ask_correction', days: 7, corrections: [{ path: 'materials.identity', text: '身份证照片不清楚，请重新拍照' }] })
    await page.reload()
    await page.getByText('需要补正的内容').waitFor()
    await button('去补正').click()
    await at('申请材料')
    const slot = page.getByRole('region', { name: '身份证明' })
    await slot.getByText('需补正').waitFor()
    await slot.getByRole('button', { name: /^移除/ }).first().click()
    await until('one is left', async () => (await slot.getByText('已上传').count()) === 1)
    await put('身份证明', stage.files.image)
    await until('it has arrived', async () => (await slot.getByText('已上传').count()) === 2)
    await button('全部步骤').click()
    await button('预览并签名').click()
    await button('签名并提交').click()
    await page.getByText('已补正，待审查').waitFor()
    await page.getByText('期限自补正材料收到次日重新计算').waitFor()
  })

  await step('it is accepted, and its room opens', async () => {
    await answer({ steps: 3, act: 'accept', panel: [{ login: people.judge.login, role: 'judge', standing: '审判长' }, { login: people.clerk.login, role: 'clerk' }] })
    await page.reload()
    await page.getByText(/（2026）浙\d+民申\d+号/).waitFor()
    await button('进入掌上法庭').click()
    await person.acceptNotice()
    await person.say('我是申请人郑晓')
    await person.sees('我是申请人郑晓')
  })

  await step('the respondent was invited, proves who they are, finds the case by themselves, and answers in its room', async () => {
    const { page: theirs } = invited
    await walk(here, people.unverified, respondent, await drawn(theirs))
    await review(reviewer.page, there, respondent)
    await approve(reviewer.page)
    await theirs.goto(there)
    await theirs.getByRole('link', { name: new RegExp(`${applicant.name}与${respondent.name}`) }).first().click()
    await invited.acceptNotice()
    await invited.sees('我是申请人郑晓')
    await invited.say('我是被申请人吴敏，请求驳回')
    await person.sees('我是被申请人吴敏，请求驳回')
  })
  for (const p of [person, invited, reviewer]) same(`faults of the page of ${p.who.name}`, p.faults, [])
})

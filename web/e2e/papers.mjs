import { court, people, quietCase, stage } from './court.mjs'
import { sign } from './draw.mjs'
import { Person } from './person.mjs'
import { Client } from './rest.mjs'
import { expect, launch, play, same, step, until } from './run.mjs'

play(async () => {
  const browser = await launch()
  const [gate, otherGate] = stage.gates
  const plaintiff = await Person.with(browser, people.plaintiff, gate)
  const judge = await Person.with(browser, people.judge, otherGate)
  const clerk = await Person.with(browser, people.clerk, gate)
  const defendant = await Client.signIn(stage.nodes[0], people.defendant)
  const looks = await Client.signIn(stage.nodes[1], people.judge)
  await Promise.all([plaintiff.signIn(), judge.signIn(), clerk.signIn()])
  await plaintiff.openCase(quietCase)
  await plaintiff.acceptNotice()
  const caseId = await defendant.caseId(quietCase.docket)
  await defendant.accept(caseId)
  const at = (path) => `/cases/${caseId}/${path}`
  const { page } = plaintiff
  const dialog = (p) => p.locator('.van-popup:visible')

  await step('a party finds its application among all kinds, and what is lacking is said at the field', async () => {
    await plaintiff.plusTo('提交申请', 'applications')
    await page.getByRole('button', { name: '提交申请' }).click()
    await page.getByRole('searchbox').fill('调取')
    await page.getByRole('button', { name: /调取证据申请/ }).click()
    await page.getByRole('button', { name: '预览并签名' }).click()
    await page.getByText('请填写').first().waitFor()
  })

  const words = '请求调取退租当日的物业交接记录，证明房屋完好。'
  await step('what is filled in without a network is there after the page was closed, and reaches the court later', async () => {
    for (const field of await page.locator('textarea, .field input[type=text]').all()) await field.fill(words)
    for (const list of await page.locator('select').all()) await list.selectOption({ index: 1 })
    await court.silence(0)
    await plaintiff.context.setOffline(true)
    await page.locator('textarea').first().fill(`${words}另请调取押金收据。`)
    await until('the phone has kept it', () =>
      page.evaluate(async () => {
        const me = JSON.parse(localStorage.getItem('microcourt.me')).id
        const db = await new Promise((done) => (indexedDB.open(`microcourt.${me}`).onsuccess = (e) => done(e.target.result)))
        const all = await new Promise((done) => (db.transaction('kv').objectStore('kv').getAll().onsuccess = (e) => done(e.target.result)))
        db.close()
        return JSON.stringify(all).includes('押金收据')
      }),
    )
    await plaintiff.context.setOffline(false)
    await court.open(0)
    await page.reload()
    await until('it is there again', async () => (await page.locator('textarea').first().inputValue()).includes('押金收据'))
  })

  let document
  await step('without a signature on file it is drawn across the phone, and the paper is shown before it is signed', async () => {
    await page.getByRole('button', { name: '预览并签名' }).click()
    await page.getByRole('heading', { name: '我的签名' }).waitFor()
    await sign(page)
    await page.getByText('即表示您认可').waitFor()
    await page.locator('.pdf__page canvas').first().waitFor()
    await page.getByRole('button', { name: '签名', exact: true }).click()
    document = (await page.locator('.preview__signed code').innerText()).trim()
    same('the length of the hash', document.length, 64)
    await page.getByRole('button', { name: '提交', exact: true }).click()
    await dialog(page).getByRole('button', { name: '提交', exact: true }).click()
    await page.getByText('提交时间').waitFor()
  })

  const desk = await Person.with(browser, people.clerk, otherGate, { viewport: { width: 1280, height: 800 }, isMobile: false, hasTouch: false })
  await desk.signIn()
  const line = desk.page.locator('tr').filter({ hasText: quietCase.title })
  await step('the clerk’s desk shows that an application waits, and opens the case by keys alone', async () => {
    const { page } = desk
    await page.goto(desk.base + '/desk')
    await line.getByText('申请 1').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('周涛 房屋租赁')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('b')
    await page.getByRole('heading', { name: '案件总览' }).waitFor()
    await page.getByRole('link', { name: /调取证据申请/ }).waitFor()
    await page.goBack()
    await line.getByText('申请 1').waitFor()
  })

  await step('the court reads what was signed, byte for byte, and asks for more', async () => {
    const { applications } = await looks.call('GET', `/cases/${caseId}/applications`)
    same('applications', applications.length, 1)
    const { steps } = await looks.call('GET', `/cases/${caseId}/applications/${applications[0].id}`)
    same('the hash that was signed', steps[0].body.signed.sha256, document)
    const bytes = await (await looks.raw('GET', `/attachments/${steps[0].body.document.attachment}`)).arrayBuffer()
    same('the hash of the document', Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex'), document)
    const { page } = judge
    await page.goto(judge.base + at('applications'))
    await page.getByRole('link', { name: /调取证据申请/ }).click()
    await page.getByRole('button', { name: '答复' }).click()
    await page.getByText('需要补充材料').click()
    await page.getByRole('button', { name: '作出答复' }).click()
    await page.getByText('请写明理由').waitFor()
    await page.getByLabel('理由').fill('请写明物业')
    await page.reload()
    await page.getByRole('button', { name: '答复' }).click()
    await until('what was half written is there again', async () => (await page.getByLabel('理由').inputValue()) === '请写明物业')
    expect('what was chosen is there again', await page.getByLabel('需要补充材料').isChecked())
    await page.getByLabel('理由').fill('请写明物业公司名称。')
    await page.getByRole('button', { name: '作出答复' }).click()
    await page.getByText('法院答复').waitFor()
    await line.getByText('待补充 1').waitFor() // live, on another node
  })

  await step('the party adds it with a picture; the court grants; the room shows both', async () => {
    await page.getByText('请写明物业公司名称。').first().waitFor()
    await page.getByRole('button', { name: '补充材料' }).click()
    await dialog(page).getByLabel('说明').fill('甬江示范物业服务有限公司。')
    const chooser = page.waitForEvent('filechooser')
    await dialog(page).getByText('添加申请书').click()
    await (await chooser).setFiles(stage.files.image)
    await dialog(page).getByText('已上传').waitFor()
    await page.getByRole('button', { name: '提交补充' }).click()
    await page.getByText(`${people.plaintiff.name}补充`).waitFor()
    await judge.page.getByText('甬江示范物业服务有限公司。').waitFor()
    await judge.page.getByRole('button', { name: '答复' }).click()
    await judge.page.getByText('准许', { exact: true }).click()
    await judge.page.getByRole('button', { name: '作出答复' }).click()
    await page.locator('.asked__state').getByText('准许').waitFor()
    await page.goto(plaintiff.base + at('').slice(0, -1))
    await page.getByText(/提交了.*调查取证申请书/).waitFor()
  })

  await step('a document can be served only on who has agreed; the clerk is told what to do with the others', async () => {
    const { page } = clerk
    await page.goto(clerk.base + at('documents'))
    await page.getByRole('button', { name: '送达文书' }).click()
    await page.getByText('没有同意电子送达，请改用其他方式').first().waitFor()
    same('who can be chosen', await page.locator('.recipients input:not(:disabled)').count(), 0)
  })

  await step('the party confirms its address under the notice, with its signature', async () => {
    await page.goto(plaintiff.base + at('address'))
    await page.getByRole('button', { name: '确认送达地址' }).click()
    same('the addressee', await page.getByLabel('收件人').inputValue(), people.plaintiff.name)
    await page.getByLabel('联系电话').fill(people.plaintiff.phone)
    await page.getByRole('button', { name: '签名确认' }).click()
    await page.getByText('请填写详细地址').waitFor()
    await page.getByLabel('详细地址').fill('示范市甬江区东湖路9号')
    await page.getByRole('switch', { name: '同意电子送达', exact: true }).click()
    await page.getByRole('button', { name: '签名确认' }).click()
    await page.getByText('在线签名确认').waitFor()
  })

  await step('the clerk serves; what is being prepared is nobody else’s', async () => {
    const { page } = clerk
    await page.reload()
    await page.locator('input[type=file]').setInputFiles(stage.files.pdf)
    await page.getByText('已上传').waitFor()
    await page.getByLabel('文书种类').selectOption('summons')
    await page.getByLabel('文书名称').fill('传票')
    await page.locator('.recipients input:not(:disabled)').first().check()
    same('documents for the party', (await (await looks.raw('GET', `/cases/${caseId}/document-drafts`)).json()).drafts.length, 0)
    await page.getByRole('button', { name: '送达', exact: true }).click()
    await page.getByRole('button', { name: '确认送达' }).click()
    await page.getByText('未打开', { exact: true }).waitFor()
    await page.getByText('到达经确认的送达地址，即为送达').waitFor()
  })

  await step('the party is told in its room, opens it and confirms; the clerk sees both', async () => {
    await page.goto(plaintiff.base + at('').slice(0, -1))
    await page.getByText('法院向您送达了 1 份文书').click()
    await page.getByRole('button', { name: '打开文书' }).click()
    await page.locator('.pdf__page canvas').first().waitFor()
    await page.getByRole('button', { name: '关闭' }).click()
    await page.getByRole('button', { name: '签名签收' }).click()
    await dialog(page).getByRole('button', { name: '签名签收' }).click()
    await page.locator('.service__state').getByText('已签收').waitFor()
    await clerk.page.getByText('签名签收').waitFor()
    const voucher = await clerk.context.request.get(await clerk.page.getByRole('link', { name: /送达凭证/ }).getAttribute('href').then((h) => clerk.base + h))
    same('the voucher', voucher.headers()['content-type'], 'application/pdf')
    same('another party finds', (await defendant.call('GET', '/documents')).documents.length, 0)
  })

  await step('the clerk issues a fee notice by the tariff; without a payment service the payer is told how to pay', async () => {
    const { page: desk } = clerk
    await desk.goto(clerk.base + at('fees'))
    await desk.getByRole('button', { name: '发出交费通知' }).click()
    await desk.getByLabel('交费人').selectOption({ index: 1 })
    await desk.getByLabel('案件类型').selectOption('property')
    await desk.getByLabel(/诉讼请求金额/).fill('800000')
    await desk.getByRole('button', { name: '计算' }).click()
    await desk.locator('.result__main').getByText('11,800.00元').waitFor()
    await desk.getByRole('button', { name: '发出通知' }).click()
    await desk.locator('.fee').getByText('待交费').waitFor()
    await page.goto(plaintiff.base + '/fees')
    await page.getByRole('button', { name: '去交费' }).click()
    await dialog(page).getByRole('button', { name: '去交费' }).click()
    await page.getByText(/没有开通在线交费/).waitFor()
    expect('it is not called paid', (await page.locator('.fee').innerText()).includes('待交费'))
  })

  await step('an agreement is laid before the parties; who signs agrees to mediation online first, and sees all of it', async () => {
    const { page: bench } = judge
    await bench.goto(judge.base + at('signings'))
    await bench.getByRole('button', { name: '提交各方签署' }).click()
    await bench.getByLabel(/^内容/).fill('被告于十日内退还押金。\n原告放弃其他请求。')
    await dialog(bench).getByRole('button', { name: '提交各方签署' }).click()
    await dialog(bench).getByRole('button', { name: '提交', exact: true }).click()
    await bench.getByRole('link', { name: /调解协议/ }).click()
    await page.goto(plaintiff.base + at('signings'))
    await page.getByText('请您签名').waitFor()
    await page.getByRole('link', { name: /调解协议/ }).click()
    const signIt = async () => {
      await page.locator('.pdf__page canvas').first().waitFor()
      await page.getByRole('button', { name: '签名', exact: true }).click()
      await dialog(page).getByRole('button', { name: '签名', exact: true }).click()
    }
    await signIt()
    await page.getByRole('heading', { name: '在线诉讼同意' }).waitFor()
    await page.getByRole('button', { name: '表示同意' }).click()
    same('what is ticked before', await page.locator('input[type=checkbox]:checked').count(), 0)
    await page.getByLabel('调解', { exact: true }).check()
    await page.getByRole('button', { name: '确认', exact: true }).click()
    await page.getByText('同意在线').waitFor()
    await page.goBack()
    await signIt()
    await dialog(page).getByText('在线调解告知').waitFor()
    await dialog(page).locator('.van-button--primary').click()
    await dialog(page).getByRole('button', { name: '签名', exact: true }).click()
    await bench.getByText('已签名').waitFor()
    await page.goto(plaintiff.base + at('').slice(0, -1))
    await page.getByText(/签署了调解协议/).waitFor()
  })

  await step('the clerk takes in a paper for a person who can’t; it is marked as such', async () => {
    const { page: desk } = clerk
    await desk.goto(clerk.base + at('applications'))
    await desk.getByRole('button', { name: '代当事人收取申请' }).click()
    await desk.getByLabel('为哪一方申请').selectOption({ index: 1 })
    await desk.getByRole('button', { name: /延期开庭申请/ }).click()
    const chooser = desk.waitForEvent('filechooser')
    await desk.getByText('添加申请书').click()
    await (await chooser).setFiles(stage.files.image)
    await desk.getByText('已上传').waitFor()
    await desk.getByRole('button', { name: '提交', exact: true }).click()
    await dialog(desk).getByRole('button', { name: '提交', exact: true }).click()
    await desk.locator('.asked__state').getByText('法院代为录入').waitFor()
  })

  await step('the case’s file holds what became of it, page by page', async () => {
    await page.goto(plaintiff.base + at('file'))
    await page.getByText('正卷').waitFor()
    await page.getByRole('button', { name: /调查取证申请书/ }).first().click()
    await page.locator('.pdf__page canvas').first().waitFor()
    await page.getByRole('button', { name: '关闭' }).click()
    const archive = await plaintiff.context.request.get(plaintiff.base + (await page.getByRole('link', { name: /导出卷宗/ }).getAttribute('href')))
    same('the archive', archive.headers()['content-type'], 'application/zip')
  })

  await step('who has no case can write a document, and download it', async () => {
    await page.goto(plaintiff.base + '/tools/write/representative_certificate')
    await page.getByRole('button', { name: '生成文书' }).click()
    await page.getByText('请填写').first().waitFor()
    await page.getByLabel('单位名称').fill('甬江示范建材有限公司')
    await page.getByLabel('法定代表人姓名').fill('王犇')
    await page.getByLabel('职务').fill('执行董事')
    await page.getByRole('button', { name: '生成文书' }).click()
    await page.locator('.pdf__page canvas').first().waitFor()
    const got = page.waitForEvent('download')
    await page.getByRole('link', { name: '下载 PDF' }).click()
    same('the name of the file', (await got).suggestedFilename(), '法定代表人身份证明书.pdf')
  })

  for (const p of [plaintiff, judge, clerk, desk]) same(`faults of the page of ${p.who.name}`, p.faults, [])
})

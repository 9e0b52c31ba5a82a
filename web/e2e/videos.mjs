// Films how what people ask most is done, for the page of help, into the folder that is given: `make videos`. How large and long each film is
// goes into the file that is given, which the page reads.
import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hearingCase, people, quietCase, stage } from './court.mjs'
import { sign } from './draw.mjs'
import { fillIn } from './filed.mjs'
import { Film, SIZE } from './film.mjs'
import { Person } from './person.mjs'
import { card, paper, portrait } from './photos.mjs'
import { Client } from './rest.mjs'
import { launch, play, step, until } from './run.mjs'

const [folder, list] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const made = {}

/** Films one scene; its name is that of the question that it answers. */
const scene = (name, person, f) =>
  step(name, async () => {
    const film = new Film(person.page)
    await f(film, person.page)
    const path = join(folder, `${name}.webm`)
    await film.end(path)
    for (const lang of ['zh', 'en']) writeFileSync(join(folder, `${name}.${lang}.vtt`), film.captions(lang))
    made[name] = { bytes: statSync(path).size, seconds: Math.round(film.seconds) }
    console.log(`    ${film.seconds} s, ${Math.round(made[name].bytes / 1000)} kB`)
  })

async function photos() {
  const browser = await launch()
  const at = (name) => join(stage.temp, name)
  const p = { contract: at('租赁合同.jpg'), receipt: at('押金收据.jpg'), front: at('正面.jpg'), back: at('背面.jpg'), face: at('face.jpg'), camera: at('face.mjpeg') }
  await paper(browser, p.contract, '房屋租赁合同', ['出租方：孙丽', '承租方：周涛', '一、出租方将示范市甬江区人民路1号房屋出租给承租方居住。', '二、押金人民币六千元，租赁期满、房屋交还后三日内退还。'])
  await paper(browser, p.receipt, '收　据', ['今收到周涛交来房屋押金人民币六千元整。', '收款人：孙丽', '2024年3月1日'])
  await card(browser, p.front, ['姓名　吴敏', '性别　女　民族　汉', '出生　1990年3月7日', '住址　示范市甬江区人民路1号', '公民身份号码　110101199003070011'])
  await card(browser, p.back, ['居民身份证', '签发机关　示范市公安局', '有效期限　2020.01.01－2040.01.01'])
  await portrait(browser, p.face)
  execFileSync('ffmpeg', ['-v', 'error', '-loop', '1', '-framerate', '6', '-t', '1', '-i', p.face, '-c:v', 'mjpeg', '-q:v', '3', p.camera])
  await browser.close()
  return p
}

play(async () => {
  const files = await photos()
  const [base] = stage.gates
  const browser = await launch(`--use-file-for-fake-video-capture=${files.camera}`)
  const look = { viewport: SIZE, colorScheme: 'light', reducedMotion: 'reduce', permissions: ['camera', 'microphone'] }
  const person = await Person.with(browser, people.plaintiff, base, look)
  const button = (name, on = person.page) => on.getByRole('button', { name, exact: true })
  const judge = await Client.signIn(base, people.judge)
  const caseId = await judge.caseId(quietCase.docket)
  await judge.send(caseId, '双方好，我是本案法官李明。请在这里提交证据，有问题可以随时留言。')

  await scene('sign_in', person, async (film, page) => {
    await page.addStyleTag({ content: '.demo, .demo-code, a.signin__key { display: none }' }) // which a demonstration alone has
    const code = page.getByLabel('短信验证码')
    film.say('输入在法院登记的手机号码', 'Enter the mobile number that the court has registered')
    await page.getByLabel('手机号码').fill(people.plaintiff.phone)
    film.say('点“获取验证码”，等一条短信', 'Tap 获取验证码 (Send code) and wait for a text message')
    await button('获取验证码').click()
    let sent = ''
    await film.cut(async () => {
      await until('the code has come', async () => (sent = await code.inputValue()))
      await code.fill('')
    })
    film.say('输入短信里的数字。不要把它告诉任何人', 'Enter the digits of the message. Never tell them to anybody')
    await code.fill(sent)
    film.say('点“登录”', 'Tap 登录 (Sign in)')
    await button('登录').click()
    await page.getByRole('heading', { name: '微法庭' }).first().waitFor()
    film.say('登录好了。您的案件在“我的案件”里', 'You are signed in. Your cases are under 我的案件 (My cases)')
    await film.hold(2)
  })

  await scene('room', person, async (film, page) => {
    film.say('打开“我的案件”', 'Open 我的案件 (My cases)')
    await page.getByRole('link', { name: /我的案件/ }).first().click()
    film.say('按案号找到您的案件，点进去', 'Find your case by its docket number and tap it')
    await page.getByRole('link', { name: quietCase.docket }).click()
    film.say('第一次进入，请把告知书读到底，再点“我已理解”', 'The first time, read the notice to its end, then accept it')
    await person.acceptNotice()
    film.say('这就是案件的法庭：法官和各方都在这里', 'This is the courtroom of the case: the judge and all parties are here')
    await film.hold()
    film.say('写好以后点“发送”，全体参与人都能看到', 'Write and tap 发送 (Send): all participants see it')
    await person.say('法官好，我是原告周涛。')
    await person.allSent()
    await person.sees('我是原告周涛')
    await page.getByRole('textbox').blur()
    film.say('消息下面写着有几人已读', 'Below the message stands how many have read it')
    await film.hold(2)
  })

  await scene('private', person, async (film, page) => {
    film.say('点右下角的加号', 'Tap the plus at the bottom right')
    await person.plus()
    film.say('选择“联系各方”', 'Choose 联系各方 (Contacts)')
    await page.getByRole('button', { name: '联系各方' }).click()
    film.say('选择“审判组织”，只有您和本案法官能看到', 'Choose 审判组织 (the bench): only you and the judges of the case see it')
    await page.locator('a[href$="/with/bench"]').click()
    await page.getByText('只有您和本案法官').waitFor()
    film.say('写好以后发送。红色的“私信”提醒您写给谁', 'Write and send. The red 私信 (Private) tells to whom you write')
    await person.say('我愿意调解，最多可以少要五百元，请先不要告诉对方。', person.privateBox())
    await person.allSent()
    await person.sees('我愿意调解')
    await page.getByRole('textbox').blur()
    film.say('对方看不到，也不知道有这条私信', 'The other side does not see it, nor learn that it exists')
    await film.hold(2)
  })
  await person.page.goto(`${base}/cases/${caseId}`)
  await person.inRoom()

  await scene('evidence', person, async (film, page) => {
    film.say('点加号，选择“提交证据”', 'Tap the plus and choose 提交证据 (Submit evidence)')
    await person.plusTo('提交证据', 'evidence')
    await page.getByRole('button', { name: '提交证据' }).click()
    film.say('从相册选照片，或者当场拍照。一份证据可以有多页', 'Pick photos or take them now. One exhibit may have several pages')
    const chooser = page.waitForEvent('filechooser')
    await page.getByText('相册', { exact: true }).click()
    await (await chooser).setFiles([files.contract, files.receipt])
    await until('both have arrived', async () => (await page.locator('.tile').count()) === 2 && /2 页都已传完/.test(await person.text()))
    film.say('写明名称、种类和要证明什么', 'Give its name, its kind and what it shows')
    await page.getByLabel('证据名称').fill('房屋租赁合同和押金收据')
    await page.getByLabel('证据种类').selectOption('documentary')
    await page.getByLabel('要证明什么').fill('约定退租时退还押金六千元')
    await page.getByLabel('证据来源').fill('签约时双方各执一份')
    film.say('核对一遍，再提交', 'Check it, then submit')
    await page.getByRole('button', { name: '下一步：核对' }).click()
    await page.getByText('点击“提交”，即表示您确认').waitFor()
    await button('提交').click()
    await page.getByRole('heading', { name: '证据已提交' }).waitFor()
    film.say('提交好了，法院出具收据', 'It is submitted, and the court gives a receipt')
    await film.hold(2)
  })

  const [exhibit] = (await judge.call('GET', `/cases/${caseId}/evidence`)).exhibits
  await judge.call('POST', `/cases/${caseId}/exchanges`, { event: crypto.randomUUID(), mode: 'synchronous', note: '请各方发表质证意见。' })
  const other = await Person.with(browser, people.defendant, base, look)
  await other.signIn()
  await other.openCase(quietCase)
  await other.acceptNotice()
  await other.page.goto(`${base}/cases/${caseId}/evidence`)

  await scene('opinion', other, async (film, page) => {
    film.say('法院开始质证后，打开对方的证据', 'When the court has opened the exchange, open the other side’s exhibit')
    await page.getByRole('link', { name: /房屋租赁合同/ }).first().click()
    film.say('看清每一页，再点“发表质证意见”', 'Look at every page, then tap 发表质证意见 (Give an opinion)')
    await page.getByRole('button', { name: '发表质证意见' }).click()
    await page.getByText('提出异议').waitFor()
    film.say('“提出异议”默认打开。没有异议，就把它关掉', 'Objection is on at first. If you have none, turn it off')
    await film.hold()
    film.say('有异议，请写明理由，也可以加照片', 'If you object, give your reason; pictures can be added')
    await page.getByLabel('总的意见').fill('收据上的签名不是我本人所签。')
    film.say('点“提交意见”', 'Tap 提交意见 (Submit)')
    await button('提交意见', page).click()
    await page.getByText('质证意见已提交').waitFor()
    film.say('提交好了。质证结束前还可以修改', 'Done. You can change it until the exchange is closed')
    await film.hold(2)
  })
  await other.context.close()

  await person.page.goto(base)
  const filing = await fillIn(await Client.signIn(base, people.plaintiff, 'another phone'), people.plaintiff.name, { name: '孙丽', number: '110101199003070011', phone: people.defendant.phone }, files.front)
  await scene('filing', person, async (film, page) => {
    const next = () => button('下一步').click()
    const at = (name) => page.getByText(new RegExp(`第 \\d+ 步，共 \\d+ 步：${name}`)).waitFor()
    film.say('在首页点“我要立案”，再点“立案申请”', 'On the home page tap 我要立案 (File a case), then 立案申请')
    await page.getByRole('link', { name: '我要立案' }).click()
    await button('立案申请').click()
    film.say('选择案件类型', 'Choose the kind of case')
    await page.getByRole('button', { name: /^一审民事/ }).click()
    await at('申请人')
    film.say('选本人申请还是代理他人', 'Say whether you file for yourself or for somebody else')
    await page.getByRole('radio', { name: '本人' }).check()
    await next()
    film.say('把立案告知读到底，再勾选', 'Read the notice to its end, then tick it')
    await at('立案告知')
    await page.locator('.choices__single').scrollIntoViewIfNeeded()
    await film.cut(() => page.evaluate(() => scrollTo(0, document.body.scrollHeight)))
    await page.locator('.choices__single input').check()
    await film.cut(async () => {
      await next()
      await at('当事人')
      await page.goto(`${base}/filings/draft/${filing.id}?step=parties`)
      await at('当事人')
    })
    film.say('接着填写当事人、案由、请求和理由', 'Go on with the parties, the cause, what you claim and why')
    await film.hold()
    await film.cut(async () => {
      await page.goto(`${base}/filings/draft/${filing.id}?step=materials`)
      await at('申请材料')
    })
    film.say('拍照上传材料。填的内容随时保存，可以以后接着写', 'Photograph your papers. All is kept as you go, so you can go on later')
    await film.hold()
    await film.cut(async () => {
      await page.goto(`${base}/filings/draft/${filing.id}?step=review`)
      await at('核对并提交')
    })
    film.say('最后核对，预览起诉状并签名', 'At the end check it all, look at the paper and sign it')
    await button('预览并签名').click()
    const sheet = page.locator('.pdf__page canvas').first()
    await sheet.or(page.getByRole('button', { name: '开始签名' })).first().waitFor()
    if (!(await sheet.count())) await sign(page)
    await until('the paper is drawn', () => sheet.evaluate((c) => c.width > 0))
    await button('签名并提交').click()
    await page.getByText('法院应在').waitFor()
    film.say('提交好了，这里写明法院答复的日期', 'It is handed in; here stands by when the court answers')
    await film.hold(2)
  })

  const stranger = await Person.with(browser, people.unverified, base, look)
  await stranger.signIn()
  await scene('identity', stranger, async (film, page) => {
    const next = () => button('下一步', page).click()
    const read = async (agree) => {
      await page.locator('.paper footer').scrollIntoViewIfNeeded()
      await film.cut(() => page.evaluate(() => scrollTo(0, document.body.scrollHeight)))
      await page.locator('.reads__tick input').check()
      await button(agree, page).click()
    }
    film.say('点“未认证”，开始身份认证', 'Tap 未认证 (Not verified) and begin')
    await page.getByRole('link', { name: /未认证/ }).click()
    await button('开始身份认证', page).click()
    film.say('把诉讼规程读到底，再勾选', 'Read the rules to their end, then tick them')
    await read('下一步')
    film.say('核对姓名，填写证件号码', 'Check your name and enter the number of your document')
    await page.getByLabel('证件号码').fill('110101199003070011')
    await next()
    film.say('确认手机号是您的', 'Confirm that the phone number is yours')
    await button('是我的号码，下一步', page).click()
    film.say('拍证件的正面和背面', 'Photograph both sides of the document')
    for (const [side, file] of [['证件正面', files.front], ['证件背面', files.back]]) await page.getByRole('region', { name: side }).locator('input:not([capture])').setInputFiles(file)
    await until('both have arrived', async () => (await page.getByText('法院已收到').count()) === 2)
    await next()
    film.say('然后按提示做人脸识别，读告知书，签名，提交', 'Then follow the steps: your face, the notice, your signature, and hand it in')
    await film.hold(2)
  })
  await stranger.context.close()

  const hearing = await judge.caseId(hearingCase.docket)
  await (await Client.signIn(stage.nodes[1], people.plaintiff, 'one more phone')).accept(hearing)
  await person.page.goto(`${base}/cases/${hearing}`)
  await person.inRoom()
  await scene('hearing', person, async (film, page) => {
    film.say('到时间打开案件的法庭，点上方的庭审条', 'When it is time open the case’s room and tap the bar at the top')
    await page.getByRole('link', { name: /庭审候审中/ }).click()
    for (const works of ['摄像头正常', '麦克风正常']) await page.getByText(works).waitFor()
    film.say('先看摄像头和麦克风是否正常', 'See that camera and microphone work')
    await film.watch(2)
    film.say('阅读法庭纪律并同意', 'Read the rules of the court and accept them')
    await button('阅读', page).click()
    await page.locator('.van-popup:visible .van-button--primary').click()
    film.say('点“进入候审”', 'Tap 进入候审 (Enter the lobby)')
    await page.getByRole('button', { name: '进入候审', disabled: false }).click()
    await page.getByText(/^网络(良好|一般|较差)/).waitFor({ timeout: 90_000 })
    film.say('这里也会检查网络。法官开庭后，自动进入庭审', 'The network is checked here too. You come in when the judge begins')
    await film.watch(3)
  })

  writeFileSync(list, `${JSON.stringify(made, null, 2)}\n`)
})

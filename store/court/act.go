package court

// Act names one thing that somebody can ask of the program. Every route and every socket frame is one act.
type Act string

// The acts, as the table in table.go rules them.
const (
	ActServiceRead Act = "service.read" // health, version, configuration of the page, the API's description

	ActSignInCode  Act = "sign_in.code"  // ask for a code by text message
	ActSignInPhone Act = "sign_in.phone" // sign in with phone number and code
	ActSignInStaff Act = "sign_in.staff" // sign in with name, password and, where set, TOTP

	ActSignInPasskey Act = "sign_in.passkey" // sign in with a passkey

	ActMeRead         Act = "me.read"
	ActLanguageSet    Act = "language.set" // in which language the program writes to me
	ActSessionList    Act = "session.list"
	ActSessionRevoke  Act = "session.revoke" // end one of my sessions, or all of them
	ActCapacitySet    Act = "capacity.set"   // use this session as a party, or as a representative
	ActPasskeyKeep    Act = "passkey.keep"   // my passkeys: add, name, remove
	ActPushSubscribe  Act = "push.subscribe" // be told by push messages while I am away
	ActPasswordChange Act = "password.change"
	ActTOTPSet        Act = "totp.set"
	ActConnect        Act = "connect" // open the WebSocket; ping and hello frames

	ActCaseList     Act = "case.list"
	ActCaseRead     Act = "case.read"
	ActDesk         Act = "desk.read"  // all rooms of a judge or clerk, with what waits there; watching them
	ActBench        Act = "bench.read" // one case as the bench works on it
	ActNoticeRead   Act = "notice.read"
	ActNoticeAccept Act = "notice.accept"

	ActRoomJoin      Act = "room.join" // live events, presence
	ActRoomLeave     Act = "room.leave"
	ActEventList     Act = "event.list"
	ActEventSearch   Act = "event.search"
	ActReadMark      Act = "read.mark"
	ActMessageSend   Act = "message.send" // to the room or privately; the thread's own rule comes on top
	ActMessageRecall Act = "message.recall"
	ActMessageHide   Act = "message.hide"
	ActSpeechRule    Act = "speech.rule" // restrict a participant's speech, or lift it

	ActUploadCreate   Act = "upload.create"
	ActUploadSend     Act = "upload.send"
	ActAttachmentRead Act = "attachment.read"

	ActEvidenceRead    Act = "evidence.read"       // exhibits, opinions, exchanges, deadlines, receipts, verification of hashes
	ActDraftKeep       Act = "evidence_draft.keep" // my own drafts: read, save, remove
	ActExhibitSubmit   Act = "exhibit.submit"      // for a party: its own, its representative's, or the court's where a person can't (代为电子化)
	ActExhibitWithdraw Act = "exhibit.withdraw"
	ActOpinionGive     Act = "opinion.give"
	ActExchangeSet     Act = "exchange.set" // open, change or close an exchange of evidence
	ActDeadlineSet     Act = "evidence_deadline.set"
	ActOriginalCheck   Act = "original.check"
	ActExhibitRule     Act = "exhibit.rule"
	ActWatermarkSet    Act = "watermark.set" // whether evidence is shown with the reader's name over it
	ActReviewExtend    Act = "review.extend" // more time for the review of an application for retrial
	ActFileRead        Act = "file.read"     // the case's file (电子卷宗): its contents and papers, as far as I read what they follow from
	ActCaseExport      Act = "case.export"   // the sealed archive: the court's, or one's own part
	ActSealRead        Act = "seal.read"     // the published heads of the sealed record

	ActFilingWrite Act = "filing.write"     // my own filings: fill in, hand in, correct, withdraw, look at
	ActFilingDesk  Act = "filing.desk"      // the court's desk: what was filed, with its files
	ActFilingRule  Act = "filing.rule"      // accept, ask for correction, refuse, refer to another court
	ActCaseLink    Act = "case.link"        // link the cases that I was invited to, by my verified identity
	ActInvitations Act = "case.invitations" // who was invited to a case, and who has linked it
	ActCaseInvite  Act = "case.invite"      // invite somebody anew who hasn't linked the case

	ActSignatureKeep     Act = "signature.keep"    // my signature on file
	ActApplicationDraft  Act = "application.draft" // prepare and look at an application; its author alone
	ActApplicationSign   Act = "application.sign"
	ActApplicationSubmit Act = "application.submit"
	ActApplicationRead   Act = "application.read"
	ActApplicationSupply Act = "application.supplement" // send what the court asked for
	ActApplicationRevoke Act = "application.revoke"
	ActApplicationAnswer Act = "application.answer" // the court: looks at it, asks for more, decides

	ActConsentRead    Act = "consent.read"
	ActConsentDeclare Act = "consent.declare" // which stages a party agrees to hold online; the court notes it for one who can't
	ActStageTransfer  Act = "stage.transfer"  // the judge moves stages offline, or back
	ActCopyRequest    Act = "paper_copy.request"
	ActCopyRead       Act = "paper_copy.read"
	ActCopyAnswer     Act = "paper_copy.answer"

	ActSigningOpen   Act = "signing.open" // the court lays a mediation agreement or a record before all who have to sign
	ActSigningRead   Act = "signing.read"
	ActSigningSign   Act = "signing.sign"
	ActSigningRefuse Act = "signing.refuse"
	ActSigningEnd    Act = "signing.end" // the court withdraws it, or closes a record with refusals noted

	ActHearingRead       Act = "hearing.read"
	ActHearingSchedule   Act = "hearing.schedule"  // schedule and postpone
	ActHearingPreside    Act = "hearing.preside"   // start, adjourn, resume, close, cancel, move offline; the bench's consultation
	ActHearingConduct    Act = "hearing.conduct"   // open; who comes in, speaks and leaves; phases; what is shown
	ActHearingWaive      Act = "hearing.waive"     // a party does without three days' notice
	ActHearingAttend     Act = "hearing.attend"    // enter, leave, raise a hand, mute oneself
	ActHearingList       Act = "hearing.list"      // mine, over all my cases, and those that I was summoned or let in to
	ActHearingSit        Act = "hearing.sit"       // my own place in a hearing: see it, enter, leave, raise a hand, mute myself
	ActGuestAccept       Act = "guest.accept"      // read and accept the rules of a hearing that I was summoned or let in to
	ActUndertake         Act = "witness.undertake" // read and give the undertaking of a witness
	ActGuestInvite       Act = "guest.invite"      // the court summons a witness, lets observers in, or no longer
	ActHearingReport     Act = "hearing.report"    // who attended, and how each came and went
	ActRecordingPlay     Act = "recording.play"    // play a hearing's recording, and see that its files are what they were
	ActRecordingShare    Act = "recording.share"   // a judge lets a party or representative play it, or no longer
	ActRecordingPropose  Act = "recording.propose" // the court proposes that it stands in place of the transcript
	ActRecordingAgree    Act = "recording.agree"   // a party agrees to that, or doesn't
	ActTranscriptRead    Act = "transcript.read"   // what is being written, as far as the court lets it be seen; what was laid before us, with its corrections
	ActTranscriptWrite   Act = "transcript.write"
	ActTranscriptPresent Act = "transcript.present" // lay it before the participants, take it back, close it, note a refusal, answer corrections
	ActTranscriptCorrect Act = "transcript.correct" // say what it left out or has wrong
	ActTranscriptSign    Act = "transcript.sign"    // sign it, or say that one won't
	ActTestimony         Act = "testimony.sign"     // a witness: read its own part of the transcript, correct and sign it
	ActHearingNote       Act = "hearing.note"       // the server itself: a connection was lost, what became of the recording
	ActReverify          Act = "person.reverify"    // answer a code on one's phone, before entering a hearing

	ActFeeIssue      Act = "fee.issue"
	ActFeeSet        Act = "fee.set" // the court: paid offline, exempted, withdrawn, expired
	ActFeeRead       Act = "fee.read"
	ActFeeList       Act = "fee.list" // mine, over all my cases
	ActFeePay        Act = "fee.pay"
	ActPaymentReport Act = "payment.report" // the payment service; known by its signature

	ActCaseCourse      Act = "case.course" // what has happened in the case
	ActAddressRead     Act = "service_address.read"
	ActAddressConfirm  Act = "service_address.confirm" // my own
	ActAddressRecord   Act = "service_address.record"  // the court notes what somebody has signed or agreed elsewhere
	ActDocumentDraft   Act = "document.draft"          // prepare a document; its author alone
	ActDocumentServe   Act = "document.serve"
	ActDocumentRead    Act = "document.read"    // what was served on me; for the court, on anybody
	ActDocumentConfirm Act = "document.confirm" // confirm receipt
	ActDocumentFind    Act = "document.find"    // over all my cases

	ActProofing           Act = "identity.prove"      // prove who one is
	ActProofingReview     Act = "identity.review"     // look at somebody's proof and decide
	ActCaseRefresh        Act = "case.refresh"        // have the court's case system asked for one's cases
	ActOrganisationBind   Act = "organisation.bind"   // act for an organisation as one of its staff
	ActOrganisationReview Act = "organisation.review" // look at such a claim and decide
	ActPhoneChange        Act = "phone.change"        // sign in with another phone from now on
	ActTheftReport        Act = "theft.report"        // say that somebody else has used one's account
	ActTheftTell          Act = "theft.tell"          // the same without a session
	ActTheftReview        Act = "theft.review"        // look at what was said so, and answer it

	ActPersonVerify  Act = "person.verify" // a clerk who saw the person records it
	ActPersonSignOut Act = "person.sign_out"
	ActStaffManage   Act = "staff.manage"
	ActAuditRead     Act = "audit.read"
	ActListRebuild   Act = "list.rebuild" // from the console: lists made anew from the record
	ActCaseImport    Act = "case.import"

	ActToolUse          Act = "tool.use" // the calculators; which papers can be filled in
	ActGuideRead        Act = "guide.read"
	ActGuideEdit        Act = "guide.edit"        // write pages of the guide, look at their versions
	ActCourthouseRead   Act = "courthouse.read"   // where the courts are
	ActCourthouseImport Act = "courthouse.import" // bring the list of courts in
	ActRiskKeep         Act = "risk_report.keep"  // my own reports of risks: make, read, print, forget
	ActPleadingWrite    Act = "pleading.write"    // fill in a paper without a case, have it printed or kept
)

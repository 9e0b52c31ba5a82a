package court

// Scope says against what an act's role is taken.
type Scope int

const (
	// Public acts need no session.
	Public Scope = iota
	// Account acts are ruled by the role of the account.
	Account
	// InCase acts are ruled by the participant's role in the case; whoever is not in the case gets not_found.
	InCase
	// InHearing acts are ruled by the place that somebody has in one hearing: that of its case's participants, or of who was summoned or let in to it
	// alone; whoever has none gets not_found.
	InHearing
)

// Rule is one row of the table role x act (promise P4).
type Rule struct {
	Scope Scope
	// Roles that may do it. Nobody else may.
	Roles []Role
	// Notice: parties and representatives must have accepted the first-entry notice of the case.
	Notice bool
	// Verified: parties and representatives must have a verified identity (人民法院在线诉讼规则 第7条).
	Verified bool
	// Speech: a participant whose speech the judge has restricted may not.
	Speech bool
	// OpenCase: in a closed case only the court may.
	OpenCase bool
	// AnyCapacity: also where the session is used in the other capacity than that in which the person stands in the case.
	AnyCapacity bool
}

var (
	everyone    = Roles
	signedIn    = []Role{RolePerson, RoleJudge, RoleClerk, RoleAdmin}
	staff       = []Role{RoleJudge, RoleClerk, RoleAdmin}
	inRoom      = []Role{RoleParty, RoleRepresentative, RoleJudge, RoleClerk}
	ofCourt     = []Role{RoleJudge, RoleClerk}
	publicSide  = []Role{RoleParty, RoleRepresentative}
	caseWorkers = []Role{RolePerson, RoleJudge, RoleClerk}
	inHearing   = []Role{RoleParty, RoleRepresentative, RoleJudge, RoleClerk, RoleWitness, RoleObserver}
	guests      = []Role{RoleWitness, RoleObserver}
)

// Table rules every act. An act that is not in it is refused.
var Table = map[Act]Rule{
	ActServiceRead: {Scope: Public, Roles: everyone},
	ActSealRead:    {Scope: Public, Roles: everyone},

	ActToolUse:          {Scope: Public, Roles: everyone},
	ActPleadingWrite:    {Scope: Account, Roles: caseWorkers},
	ActGuideRead:        {Scope: Public, Roles: everyone},
	ActGuideEdit:        {Scope: Account, Roles: []Role{RoleAdmin}},
	ActCourthouseRead:   {Scope: Public, Roles: everyone},
	ActCourthouseImport: {Scope: Account, Roles: []Role{RoleAdmin, RoleCaseSystem}},
	ActRiskKeep:         {Scope: Account, Roles: caseWorkers},

	ActSignInCode:  {Scope: Public, Roles: everyone},
	ActSignInPhone: {Scope: Public, Roles: everyone},
	ActTheftTell:   {Scope: Public, Roles: everyone},
	ActSignInStaff: {Scope: Public, Roles: everyone},

	ActSignInPasskey: {Scope: Public, Roles: everyone},

	ActMeRead:         {Scope: Account, Roles: signedIn},
	ActLanguageSet:    {Scope: Account, Roles: signedIn},
	ActSessionList:    {Scope: Account, Roles: signedIn},
	ActSessionRevoke:  {Scope: Account, Roles: signedIn},
	ActCapacitySet:    {Scope: Account, Roles: []Role{RolePerson}},
	ActPasskeyKeep:    {Scope: Account, Roles: signedIn},
	ActPushSubscribe:  {Scope: Account, Roles: signedIn},
	ActPasswordChange: {Scope: Account, Roles: staff},
	ActTOTPSet:        {Scope: Account, Roles: staff},
	ActConnect:        {Scope: Account, Roles: signedIn},

	ActCaseList:     {Scope: Account, Roles: caseWorkers},
	ActCaseRead:     {Scope: InCase, Roles: inRoom, AnyCapacity: true}, // it says in which capacity it can be entered
	ActDesk:         {Scope: Account, Roles: []Role{RoleJudge, RoleClerk}},
	ActBench:        {Scope: InCase, Roles: ofCourt},
	ActNoticeRead:   {Scope: InCase, Roles: inRoom},
	ActNoticeAccept: {Scope: InCase, Roles: publicSide, Verified: true},

	ActRoomJoin:      {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActRoomLeave:     {Scope: InCase, Roles: inRoom, AnyCapacity: true},
	ActEventList:     {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActEventSearch:   {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActReadMark:      {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActMessageSend:   {Scope: InCase, Roles: inRoom, Notice: true, Verified: true, Speech: true, OpenCase: true},
	ActMessageRecall: {Scope: InCase, Roles: inRoom, Notice: true, Verified: true, OpenCase: true},
	ActMessageHide:   {Scope: InCase, Roles: []Role{RoleJudge}},
	ActSpeechRule:    {Scope: InCase, Roles: []Role{RoleJudge}},

	ActUploadCreate:   {Scope: Account, Roles: caseWorkers},
	ActUploadSend:     {Scope: Account, Roles: caseWorkers},
	ActAttachmentRead: {Scope: Account, Roles: caseWorkers},

	ActEvidenceRead: {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActDraftKeep:    {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	// Whoever may not speak in the room still hands in evidence and answers to it.
	ActExhibitSubmit:   {Scope: InCase, Roles: inRoom, Notice: true, Verified: true, OpenCase: true},
	ActExhibitWithdraw: {Scope: InCase, Roles: inRoom, Notice: true, Verified: true, OpenCase: true},
	ActOpinionGive:     {Scope: InCase, Roles: inRoom, Notice: true, Verified: true, OpenCase: true},
	ActExchangeSet:     {Scope: InCase, Roles: ofCourt},
	ActDeadlineSet:     {Scope: InCase, Roles: ofCourt},
	ActOriginalCheck:   {Scope: InCase, Roles: ofCourt},
	ActExhibitRule:     {Scope: InCase, Roles: []Role{RoleJudge}},
	ActWatermarkSet:    {Scope: InCase, Roles: ofCourt},
	ActReviewExtend:    {Scope: InCase, Roles: ofCourt, OpenCase: true},
	ActFileRead:        {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActCaseExport:      {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},

	ActFilingWrite: {Scope: Account, Roles: []Role{RolePerson}},
	ActFilingDesk:  {Scope: Account, Roles: ofCourt},
	ActFilingRule:  {Scope: Account, Roles: ofCourt},
	ActCaseLink:    {Scope: Account, Roles: []Role{RolePerson}},
	ActInvitations: {Scope: InCase, Roles: ofCourt},
	ActCaseInvite:  {Scope: InCase, Roles: ofCourt},

	ActSignatureKeep: {Scope: Account, Roles: caseWorkers},
	// Whether the case may be closed depends on the kind of application. The court takes in what a person can't hand in itself (代为电子化).
	ActApplicationDraft:  {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActApplicationSign:   {Scope: InCase, Roles: publicSide, Notice: true, Verified: true},
	ActApplicationSubmit: {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActApplicationRead:   {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActApplicationSupply: {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActApplicationRevoke: {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActApplicationAnswer: {Scope: InCase, Roles: ofCourt},

	ActConsentRead:    {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActConsentDeclare: {Scope: InCase, Roles: inRoom, Notice: true, Verified: true, OpenCase: true},
	ActStageTransfer:  {Scope: InCase, Roles: []Role{RoleJudge}},
	// Copies are asked for of a closed case too: judgments come last.
	ActCopyRequest: {Scope: InCase, Roles: publicSide, Notice: true, Verified: true},
	ActCopyRead:    {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActCopyAnswer:  {Scope: InCase, Roles: ofCourt},

	ActSigningOpen:   {Scope: InCase, Roles: ofCourt},
	ActSigningRead:   {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActSigningSign:   {Scope: InCase, Roles: inRoom, Notice: true, Verified: true, OpenCase: true},
	ActSigningRefuse: {Scope: InCase, Roles: inRoom, Notice: true, Verified: true, OpenCase: true},
	ActSigningEnd:    {Scope: InCase, Roles: ofCourt},

	ActHearingRead:     {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActHearingSchedule: {Scope: InCase, Roles: ofCourt},
	ActHearingPreside:  {Scope: InCase, Roles: []Role{RoleJudge}},
	ActHearingConduct:  {Scope: InCase, Roles: ofCourt},
	ActHearingWaive:    {Scope: InCase, Roles: publicSide, Notice: true, Verified: true},
	ActHearingAttend:   {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActHearingList:     {Scope: Account, Roles: caseWorkers},
	ActHearingSit:      {Scope: InHearing, Roles: inHearing, Notice: true, Verified: true},
	ActGuestAccept:     {Scope: InHearing, Roles: guests},
	ActUndertake:       {Scope: InHearing, Roles: []Role{RoleWitness}},
	ActGuestInvite:     {Scope: InCase, Roles: ofCourt},
	ActHearingReport:   {Scope: InCase, Roles: ofCourt},
	// Parties and representatives play what a judge lets them play: court/hearing.State.Plays.
	ActRecordingPlay:  {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActRecordingShare: {Scope: InCase, Roles: []Role{RoleJudge}},
	// What each has agreed to is its own word: nobody gives it for a party but who represents it.
	ActRecordingPropose: {Scope: InCase, Roles: ofCourt},
	ActRecordingAgree:   {Scope: InCase, Roles: publicSide, Notice: true, Verified: true},
	// Read and signed after the case is closed too: the period may end later.
	ActTranscriptRead:     {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActTranscriptWrite:    {Scope: InCase, Roles: ofCourt},
	ActTranscriptPresent:  {Scope: InCase, Roles: ofCourt},
	ActTranscriptCorrect:  {Scope: InCase, Roles: publicSide, Notice: true, Verified: true},
	ActTranscriptSign:     {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActTestimony:          {Scope: InHearing, Roles: []Role{RoleWitness}},
	ActHearingNote:        {Scope: Account, Roles: []Role{RoleServer}},
	ActReverify:           {Scope: Account, Roles: []Role{RolePerson}},
	ActProofing:           {Scope: Account, Roles: []Role{RolePerson}},
	ActCaseRefresh:        {Scope: Account, Roles: []Role{RolePerson}},
	ActOrganisationBind:   {Scope: Account, Roles: []Role{RolePerson}},
	ActOrganisationReview: {Scope: Account, Roles: []Role{RoleClerk}},
	ActPhoneChange:        {Scope: Account, Roles: []Role{RolePerson}},
	ActTheftReport:        {Scope: Account, Roles: []Role{RolePerson}},
	ActProofingReview:     {Scope: Account, Roles: []Role{RoleClerk}},
	ActTheftReview:        {Scope: Account, Roles: []Role{RoleClerk}},

	ActFeeIssue: {Scope: InCase, Roles: ofCourt},
	ActFeeSet:   {Scope: InCase, Roles: ofCourt},
	ActFeeRead:  {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActFeeList:  {Scope: Account, Roles: []Role{RolePerson}},
	ActFeePay:   {Scope: InCase, Roles: publicSide, Notice: true, Verified: true},
	// What it says counts only with the payment service's signature.
	ActPaymentReport: {Scope: Public, Roles: everyone},

	ActCaseCourse:     {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActAddressRead:    {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActAddressConfirm: {Scope: InCase, Roles: publicSide, Notice: true, Verified: true},
	ActAddressRecord:  {Scope: InCase, Roles: ofCourt},
	// Judgments are served after a case is closed.
	ActDocumentDraft:   {Scope: InCase, Roles: ofCourt},
	ActDocumentServe:   {Scope: InCase, Roles: ofCourt},
	ActDocumentRead:    {Scope: InCase, Roles: inRoom, Notice: true, Verified: true},
	ActDocumentConfirm: {Scope: InCase, Roles: publicSide, Notice: true, Verified: true},
	ActDocumentFind:    {Scope: Account, Roles: caseWorkers},

	ActPersonVerify:  {Scope: InCase, Roles: []Role{RoleClerk}},
	ActPersonSignOut: {Scope: Account, Roles: []Role{RoleAdmin}},
	ActStaffManage:   {Scope: Account, Roles: []Role{RoleAdmin}},
	ActAuditRead:     {Scope: Account, Roles: []Role{RoleAdmin}},
	ActListRebuild:   {Scope: Account, Roles: []Role{RoleAdmin}},
	ActCaseImport:    {Scope: Account, Roles: []Role{RoleCaseSystem}},
}

// Standing is all that the rules need to know of somebody who acts in a case. The store loads it inside the same
// transaction that commits the act.
type Standing struct {
	Role           Role
	ParticipantID  string
	Verified       bool
	NoticeAccepted bool
	SpeechBarred   bool // the judge has restricted this participant's speech
	CaseClosed     bool
	// Capacity is in which capacity the session is used, RoleParty or RoleRepresentative; "" where no session acts.
	Capacity Role
	// JoinedAt is when the participant came into the case, Unix milliseconds. It bounds what a judge reads of the
	// bench threads.
	JoinedAt int64
}

// Allows reports whether the role may do the act at all.
func Allows(act Act, role Role) bool {
	for _, r := range Table[act].Roles {
		if r == role {
			return true
		}
	}
	return false
}

// CheckAccount rules a public or account act. The error is unauthenticated for somebody who could do it after
// signing in, otherwise forbidden.
func CheckAccount(act Act, role Role) error {
	rule, ok := Table[act]
	if !ok || rule.Scope == InCase || rule.Scope == InHearing {
		return ErrForbidden
	}
	if Allows(act, role) {
		return nil
	}
	if role == RoleAnyone {
		return ErrUnauthenticated
	}
	return ErrForbidden
}

// CheckInCase rules an act inside a case. A nil standing means that the person is not in the case: the answer is
// the same as for a case that doesn't exist.
func CheckInCase(act Act, s *Standing) error { return check(act, InCase, s) }

// CheckInHearing rules an act inside one hearing in the same way. Who has a place in the hearing alone is neither verified nor past the notice of the case: what entering
// needs comes with the hearing.
func CheckInHearing(act Act, s *Standing) error { return check(act, InHearing, s) }

func check(act Act, scope Scope, s *Standing) error {
	rule, ok := Table[act]
	if !ok || rule.Scope != scope {
		return ErrForbidden
	}
	if s == nil {
		return ErrNotFound
	}
	if !Allows(act, s.Role) {
		return ErrForbidden
	}
	if s.Role.OfCourt() || s.Role.Guest() {
		return nil
	}
	switch {
	case !rule.AnyCapacity && !s.inCapacity():
		return ErrOtherCapacity
	case rule.Verified && !s.Verified:
		return ErrIdentityRequired
	case rule.Notice && !s.NoticeAccepted:
		return ErrNoticeRequired
	case rule.OpenCase && s.CaseClosed:
		return ErrCaseClosed
	case rule.Speech && s.SpeechBarred:
		return ErrSpeechRestricted
	}
	return nil
}

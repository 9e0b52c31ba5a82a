package fee

import (
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/exact"
)

// Kind says what a fee is for.
type Kind string

// The kinds: cases first, then applications that have a fee of their own, then what is free.
const (
	Property         Kind = "property"
	Divorce          Kind = "divorce"
	Personality      Kind = "personality"
	OtherNonProperty Kind = "other_non_property"
	IP               Kind = "ip"
	Labor            Kind = "labor"
	Administrative   Kind = "administrative"

	JurisdictionObjection Kind = "jurisdiction_objection"
	Execution             Kind = "execution"
	Preservation          Kind = "preservation"
	PaymentOrder          Kind = "payment_order"
	PublicNotice          Kind = "public_notice"
	ArbitrationReview     Kind = "arbitration_review"
	Bankruptcy            Kind = "bankruptcy"
	Maritime              Kind = "maritime"

	NotCharged Kind = "not_charged"
)

// Kinds lists every kind.
var Kinds = []Kind{Property, Divorce, Personality, OtherNonProperty, IP, Labor, Administrative, JurisdictionObjection, Execution,
	Preservation, PaymentOrder, PublicNotice, ArbitrationReview, Bankruptcy, Maritime, NotCharged}

// Stage says where a case stands; applications have none.
type Stage string

// The stages. In a retrial only the two cases of article 9 are charged; its review never is.
const (
	FirstInstance Stage = ""
	Appeal        Stage = "appeal"
	RetrialReview Stage = "retrial_review"
	Retrial       Stage = "retrial"
)

// Request is all that a fee depends on.
type Request struct {
	Kind Kind `json:"kind" enum:"property,divorce,personality,other_non_property,ip,labor,administrative,jurisdiction_objection,execution,preservation,payment_order,public_notice,arbitration_review,bankruptcy,maritime,not_charged"`
	// Sub says which of several: for administrative, maritime and not_charged.
	Sub   string `json:"sub,omitempty" enum:"ip_maritime,other,limitation_fund,maritime_injunction,ship_lien_notice,claim_registration,general_average,special_procedure,rejected,ruling_appeal,state_compensation,trial_supervision" doc:"which of them, for administrative, maritime and not_charged"`
	Stage Stage  `json:"stage,omitempty" enum:"appeal,retrial_review,retrial"`
	// Amount is what the fee is taken of, 分: the claim, the property divided, the damages; on appeal what is appealed. Nil for none.
	Amount *int64 `json:"amount,omitempty" minimum:"0" maximum:"1000000000000000" doc:"分; the claim, the property to be divided, the damages, or the part appealed against"`
	// Base overrides the locally fixed part, 分, within the law's range.
	Base *int64 `json:"base,omitempty" minimum:"0" doc:"分; the locally fixed part, where the person knows it"`
	// Halve lists reasons to halve: mediated, withdrawn, summary, counterclaim_merged, third_party_merged. The fee is halved once.
	Halve []string `json:"halve,omitempty" maxItems:"5" doc:"mediated, withdrawn, summary, counterclaim_merged, third_party_merged; halved once however many"`
	// RetrialGround is new_evidence or no_appeal, or none for any other ground.
	RetrialGround string `json:"retrial_ground,omitempty" enum:"none,new_evidence,no_appeal"`
	Relief        Relief `json:"relief,omitempty"`
}

// Relief is what the court grants from the fee (articles 44-51).
type Relief struct {
	Kind string `json:"kind,omitempty" enum:"exempt,reduce,defer"`
	// ReducePercent is by how much the fee is reduced: 30 to 99.
	ReducePercent int `json:"reduce_percent,omitempty" minimum:"0" maximum:"99"`
	// NaturalPerson: only people can be exempted.
	NaturalPerson bool `json:"natural_person,omitempty"`
}

var kindNames = map[Kind]exact.Text{
	Property:              exact.T("财产案件", "Property case"),
	Divorce:               exact.T("离婚案件", "Divorce"),
	Personality:           exact.T("人格权案件", "Personality rights"),
	OtherNonProperty:      exact.T("其他非财产案件", "Other case not about property"),
	IP:                    exact.T("知识产权民事案件", "Intellectual property (civil)"),
	Labor:                 exact.T("劳动争议案件", "Labour dispute"),
	Administrative:        exact.T("行政案件", "Administrative case"),
	JurisdictionObjection: exact.T("管辖权异议不成立", "Objection to jurisdiction, dismissed"),
	Execution:             exact.T("申请执行", "Application for enforcement"),
	Preservation:          exact.T("申请保全", "Application for preservation"),
	PaymentOrder:          exact.T("申请支付令", "Application for a payment order"),
	PublicNotice:          exact.T("申请公示催告", "Application for public summons"),
	ArbitrationReview:     exact.T("申请撤销仲裁裁决或者认定仲裁协议效力", "Setting aside an award, or validity of an arbitration agreement"),
	Bankruptcy:            exact.T("破产申请", "Bankruptcy"),
	Maritime:              exact.T("海事申请", "Maritime application"),
	NotCharged:            exact.T("不交纳案件受理费", "Free of charge"),
}

// subNames name the parts of kinds that have some.
var subNames = map[string]exact.Text{
	"ip_maritime":         exact.T("商标、专利、海事行政案件", "Trademark, patent or maritime administrative case"),
	"other":               exact.T("其他行政案件", "Other administrative case"),
	"limitation_fund":     exact.T("申请设立海事赔偿责任限制基金", "Limitation fund for maritime claims"),
	"maritime_injunction": exact.T("申请海事强制令", "Maritime injunction"),
	"ship_lien_notice":    exact.T("申请船舶优先权催告", "Summons for ship liens"),
	"claim_registration":  exact.T("申请海事债权登记", "Registration of a maritime claim"),
	"general_average":     exact.T("申请共同海损理算", "Adjustment of general average"),
	"special_procedure":   exact.T("特别程序案件", "Special procedure"),
	"rejected":            exact.T("裁定不予受理、驳回起诉、驳回上诉", "Ruling not to accept, or rejecting the action or appeal"),
	"ruling_appeal":       exact.T("对不予受理、驳回起诉和管辖权异议裁定上诉", "Appeal against such a ruling, or one on jurisdiction"),
	"state_compensation":  exact.T("行政赔偿案件", "Administrative compensation"),
	"trial_supervision":   exact.T("审判监督程序案件（两种例外）", "Trial supervision, but for two exceptions"),
}

// notCharged are the subs of NotCharged in the order of the file.
var notCharged = []string{"special_procedure", "rejected", "ruling_appeal", "state_compensation", "trial_supervision"}

var halvingNames = map[string]exact.Text{
	"mediated":            exact.T("以调解方式结案", "settled by mediation"),
	"withdrawn":           exact.T("当事人申请撤诉", "withdrawn by the party"),
	"summary":             exact.T("适用简易程序", "summary procedure"),
	"counterclaim_merged": exact.T("反诉合并审理", "counterclaim heard together"),
	"third_party_merged":  exact.T("第三人请求合并审理", "third party's claim heard together"),
}

// ofCase reports whether the kind is an acceptance fee (案件受理费): only that is halved and has stages.
func (k Kind) ofCase() bool {
	return slices.Contains([]Kind{Property, Divorce, Personality, OtherNonProperty, IP, Labor, Administrative}, k)
}

// needsAmount reports whether the kind is nothing without an amount.
func (k Kind) needsAmount() bool {
	return k == Property || k == PaymentOrder || k == Bankruptcy
}

// check refuses what makes no sense. Errors are ErrInvalid or ErrTooLarge and name the field.
func (r Request) check() error {
	if !slices.Contains(Kinds, r.Kind) {
		return court.ErrInvalid.In("kind")
	}
	if r.Amount != nil {
		if err := exact.CheckFen("amount", *r.Amount); err != nil {
			return err
		}
	}
	if r.Stage != FirstInstance && (!r.Kind.ofCase() || r.Stage != Appeal && r.Stage != RetrialReview && r.Stage != Retrial) {
		return court.ErrInvalid.In("stage")
	}
	if r.Amount == nil && r.Kind.needsAmount() && r.Stage != RetrialReview {
		return court.ErrInvalid.In("amount")
	}
	if len(r.Halve) > 0 && !r.Kind.ofCase() {
		return court.ErrInvalid.In("halve")
	}
	for _, h := range r.Halve {
		if _, ok := halvingNames[h]; !ok {
			return court.ErrInvalid.In("halve")
		}
	}
	if g := r.RetrialGround; r.Stage == Retrial && g != "none" && g != "new_evidence" && g != "no_appeal" || r.Stage != Retrial && g != "" {
		return court.ErrInvalid.In("retrial_ground")
	}
	return r.Relief.check()
}

func (r Relief) check() error {
	switch r.Kind {
	case "", "defer":
	case "exempt":
		if !r.NaturalPerson {
			return court.ErrInvalid.In("relief.natural_person")
		}
	case "reduce":
		if r.ReducePercent < 30 || r.ReducePercent > 99 {
			return court.ErrInvalid.In("relief.reduce_percent")
		}
	default:
		return court.ErrInvalid.In("relief.kind")
	}
	return nil
}

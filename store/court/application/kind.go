// Package application holds the applications (申请) that can be made in a case: their kinds, the fields of their templates, who may make
// them and when, how they are printed, and what becomes of them. It does no I/O.
package application

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/exact"
	"microcourt/store/court/fee"
	"microcourt/store/court/law"
)

//go:embed applications.json
var file []byte

//go:embed english.json
var englishFile []byte

// FieldType says what a field of a template holds. References are ids of the case; where the court's record has no such
// things yet (hearings, other courts), they are words.
type FieldType string

// The types of fields.
const (
	TypeText         FieldType = "text"
	TypeTextarea     FieldType = "textarea"
	TypeDate         FieldType = "date"     // 2026-01-20
	TypeDateTime     FieldType = "datetime" // 2026-01-20T09:30, in China
	TypeMoney        FieldType = "money"    // 分
	TypePhone        FieldType = "phone"
	TypeID           FieldType = "id" // number of an identity document or a unified social credit code
	TypeAddress      FieldType = "address"
	TypeSelect       FieldType = "select"
	TypeMultiselect  FieldType = "multiselect"
	TypeCheckbox     FieldType = "checkbox"
	TypeTable        FieldType = "table"              // rows of texts
	TypeFiles        FieldType = "file[]"             // attachments
	TypeParties      FieldType = "party_ref[]"        // participants: parties
	TypeCourtPersons FieldType = "court_person_ref[]" // participants: judges and clerks
	TypeEvidence     FieldType = "evidence_ref"       // an exhibit
	TypeEvidences    FieldType = "evidence_ref[]"
	TypeHearing      FieldType = "hearing_ref" // words: which hearing
	TypeCourt        FieldType = "court_ref"   // words: which court
)

// Field is one field of a template.
type Field struct {
	Key      string     `json:"key"`
	Label    exact.Text `json:"label"`
	Type     FieldType  `json:"type" enum:"text,textarea,date,datetime,money,phone,id,address,select,multiselect,checkbox,table,file[],party_ref[],court_person_ref[],evidence_ref,evidence_ref[],hearing_ref,court_ref"`
	Required bool       `json:"required"`
	Max      int        `json:"max,omitempty" doc:"characters"`
	Options  []string   `json:"options,omitempty" nullable:"false" doc:"in Chinese, as they stand in the document"`
	Columns  []string   `json:"columns,omitempty" nullable:"false" doc:"of a table"`
	After    string     `json:"after,omitempty" doc:"key of the date that this one has to follow"`
	// VisibleWhen: the field stands only where another has this value.
	VisibleWhen *Condition `json:"visible_when,omitempty"`
}

// Condition is that a field has a value.
type Condition struct {
	Field string `json:"field"`
	Value any    `json:"value" doc:"a text or true"`
}

// Outcome is what a decision means for the applicant.
type Outcome string

// The outcomes.
const (
	Granted  Outcome = "granted"
	Partly   Outcome = "partly_granted"
	Denied   Outcome = "denied"
	Recorded Outcome = "recorded" // noted; there is nothing to grant
)

// Decision is one of the decisions that can be made on a kind of application.
type Decision struct {
	Text    string  `json:"text" doc:"in Chinese, as the law words it"`
	Outcome Outcome `json:"outcome" enum:"granted,partly_granted,denied,recorded"`
}

// Kind is a kind of application.
type Kind struct {
	Key   string     `json:"key"`
	Name  exact.Text `json:"name"`
	Title string     `json:"document_title" doc:"of the document, in Chinese"`
	// CaseKinds are civil, administrative or both.
	CaseKinds []string `json:"case_kinds" nullable:"false"`
	// Applicants are who may make it: party is anybody; agent: a representative may do it.
	Applicants []string     `json:"applicants" nullable:"false"`
	Stage      string       `json:"stage" doc:"when it can be made, in Chinese"`
	Deadline   string       `json:"deadline" doc:"the law's time for it, in Chinese"`
	Basis      []exact.Text `json:"basis" nullable:"false"`
	Fields     []Field      `json:"fields" nullable:"false"`
	DecidedBy  string       `json:"decided_by" doc:"in Chinese"`
	Decisions  []Decision   `json:"decisions" nullable:"false"`
	Effects    []string     `json:"effects" nullable:"false" doc:"in Chinese"`
	Notes      []string     `json:"notes" nullable:"false" doc:"in Chinese"`
	// Fee is the kind of fee that it brings, "" for none.
	Fee string `json:"fee,omitempty" doc:"what it costs: preservation, preservation_no_amount, jurisdiction_objection, counterclaim_merged, third_party_merged"`
	// Confidential: it goes to the judges alone, and not into the room.
	Confidential bool `json:"confidential" doc:"read by the applicant and the judges only"`
	// AfterClosing: it can be made in a closed case too.
	AfterClosing bool `json:"after_closing"`
	// SpecialAuthority: a representative needs 特别授权 for it.
	SpecialAuthority bool `json:"special_authority"`

	template string
}

// confidential are kinds that would fail their purpose, or tell of somebody's need or whereabouts, if the other side read them: preservation is made
// public only after it is done (法释〔2018〕7号 第八条).
var confidential = []string{"property_preservation", "conduct_preservation", "evidence_preservation", "fee_relief", "change_service_address"}

// afterClosing are kinds whose time goes on after the case is closed.
var afterClosing = []string{"read_file", "view_recording"}

// specialAuthority are what a representative may do only with special authority (民事诉讼法 第六十二条): to give up or change claims, and to bring a
// counterclaim.
var specialAuthority = []string{"withdraw_suit", "change_claims", "counterclaim"}

// Kinds lists all kinds in the order of the file.
var Kinds = readKinds()

var byKey = func() map[string]*Kind {
	m := map[string]*Kind{}
	for i := range Kinds {
		m[Kinds[i].Key] = &Kinds[i]
	}
	return m
}()

// Find gives a kind by its key. ErrInvalid, naming the field, for one that isn't known.
func Find(key string) (*Kind, error) {
	if k, ok := byKey[key]; ok {
		return k, nil
	}
	return nil, court.ErrInvalid.In("kind")
}

// defaultTemplate is how most applications are worded.
var defaultTemplate string

func readKinds() []Kind {
	var data struct {
		Default      string `json:"default_template_body"`
		Applications []struct {
			Key, Name     string
			DocumentTitle string   `json:"document_title"`
			CaseKinds     []string `json:"case_kinds"`
			Applicants    []string
			Stage         string
			Deadline      string
			LegalBasis    []string `json:"legal_basis"`
			Fields        []struct {
				Key, Label  string
				Type        FieldType
				Required    bool
				Max         int
				Options     []string
				OptionsFrom string `json:"options_from"`
				Columns     []string
				After       string
				VisibleWhen map[string]any `json:"visible_when"`
			}
			TemplateBody *string `json:"template_body"`
			DecidedBy    string  `json:"decided_by"`
			Decision     []string
			Effects      []string
			Fee          *string
			Notes        []string
		}
	}
	var english struct {
		Names  map[string]string
		Labels map[string]string
	}
	if err := json.Unmarshal(file, &data); err != nil {
		panic(err) // the embedded files are checked by a test
	}
	if err := json.Unmarshal(englishFile, &english); err != nil {
		panic(err)
	}
	defaultTemplate = data.Default
	var kinds []Kind
	for _, a := range data.Applications {
		k := Kind{Key: a.Key, Name: exact.T(a.Name, english.Names[a.Key]), Title: a.DocumentTitle, CaseKinds: a.CaseKinds, Applicants: a.Applicants,
			Stage: a.Stage, Deadline: a.Deadline, Basis: law.Cites(a.LegalBasis...), DecidedBy: a.DecidedBy, Effects: a.Effects, Notes: a.Notes,
			Confidential: slices.Contains(confidential, a.Key), AfterClosing: slices.Contains(afterClosing, a.Key), SpecialAuthority: slices.Contains(specialAuthority, a.Key)}
		if a.TemplateBody != nil {
			k.template = *a.TemplateBody
		}
		if a.Fee != nil {
			k.Fee = *a.Fee
		}
		for _, d := range a.Decision {
			k.Decisions = append(k.Decisions, Decision{d, outcomeOf(d)})
		}
		for _, f := range a.Fields {
			field := Field{Key: f.Key, Label: exact.T(f.Label, english.Labels[f.Label]), Type: f.Type, Required: f.Required, Max: f.Max,
				Options: f.Options, Columns: f.Columns, After: f.After}
			if f.OptionsFrom == "court_fees.relief" {
				field.Options = fee.ReliefGrounds()
			}
			for key, value := range f.VisibleWhen {
				field.VisibleWhen = &Condition{key, value}
			}
			k.Fields = append(k.Fields, field)
		}
		kinds = append(kinds, k)
	}
	return kinds
}

// outcomeOf tells what a decision means from the law's own words.
func outcomeOf(decision string) Outcome {
	switch {
	case decision == "登记" || decision == "处理":
		return Recorded
	case strings.Contains(decision, "部分准许") || strings.HasPrefix(decision, "一方线上"):
		return Partly
	case strings.Contains(decision, "不准许"), strings.Contains(decision, "不予"), strings.Contains(decision, "驳回"),
		decision == "不组织", decision == "继续在线", decision == "另行起诉", decision == "裁定不停止执行":
		return Denied
	}
	return Granted
}

// OfClerk reports whether a clerk decides it; all others are the judges'.
func (k *Kind) OfClerk() bool { return k.DecidedBy == "书记员" || k.DecidedBy == "书记员核对" }

// WithoutCase gives the kind as it can be filled in where there is no case: what would name a part of the record is words, and files are named instead of sent.
func (k *Kind) WithoutCase() Kind {
	c := *k
	c.Fields = slices.Clone(k.Fields)
	for i := range c.Fields {
		switch f := &c.Fields[i]; f.Type {
		case TypeParties, TypeCourtPersons, TypeEvidence, TypeHearing, TypeCourt:
			f.Type = TypeText
		case TypeEvidences:
			f.Type = TypeTextarea
		case TypeFiles:
			f.Type, f.Required = TypeTextarea, false
		}
	}
	return c
}

package hub

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"microcourt/hub/markdown"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/exact"
	"microcourt/store/court/guide"
)

// GuideEntry is a page of the guide as it stands in the list.
type GuideEntry struct {
	ID      string        `json:"id"`
	Section guide.Section `json:"section"`
	Shown   bool          `json:"shown"`
	Title   exact.Text    `json:"title"`
	Excerpt exact.Text    `json:"excerpt" doc:"how it begins, or what stands around the first word that was looked for"`
	At      int64         `json:"at" doc:"when it was changed last"`
}

// GuideText is a page of the guide as it is read. HTML holds nothing active (see hub/markdown).
type GuideText struct {
	store.GuideVersion
	HTML exact.Text `json:"html"`
}

// excerptRunes is how much of a page stands in the list.
const excerptRunes = 60

// ListGuide gives the pages of the guide in which all words of a query stand: to administrators also those that aren't shown.
type ListGuide struct{ Query string }

func (l ListGuide) rule() rule { return rule{act: court.ActGuideRead} }

func (l ListGuide) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]GuideEntry, error) {
	pages, err := h.store.GuidePages(ctx, l.Query, court.Allows(court.ActGuideEdit, actor.Role))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(pages, func(a, b store.GuideVersion) int {
		return slices.Index(guide.Sections, a.Section) - slices.Index(guide.Sections, b.Section)
	})
	list := make([]GuideEntry, 0, len(pages))
	for _, p := range pages {
		e := GuideEntry{ID: p.ID, Section: p.Section, Shown: p.Shown, Title: p.Title, At: p.At}
		if e.Excerpt.ZH, err = excerpt(p.Body.ZH, l.Query); err == nil {
			e.Excerpt.EN, err = excerpt(p.Body.EN, l.Query)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// excerpt gives what stands around the first place of any word of a query, or else how a text begins.
func excerpt(source, query string) (string, error) {
	text, err := markdown.Plain(source)
	if err != nil {
		return "", err
	}
	from, lower := -1, strings.ToLower(text)
	for _, term := range strings.Fields(strings.ToLower(query)) {
		if i := strings.Index(lower, term); len(lower) == len(text) && i >= 0 && (from < 0 || i < from) {
			from = i
		}
	}
	runes := []rune(text)
	begin := max(0, utf8.RuneCountInString(text[:max(0, from)])-excerptRunes/4)
	end := min(len(runes), begin+excerptRunes)
	cut := string(runes[begin:end])
	if begin > 0 {
		cut = "……" + cut
	}
	if end < len(runes) {
		cut += "……"
	}
	return cut, nil
}

// ReadGuide gives one page of the guide. One that isn't shown is there for administrators alone.
type ReadGuide struct{ ID string }

func (r ReadGuide) rule() rule { return rule{act: court.ActGuideRead} }

func (r ReadGuide) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*GuideText, error) {
	page, err := h.store.GuideVersion(ctx, r.ID, 0)
	if err != nil {
		return nil, err
	}
	if !court.Allows(court.ActGuideEdit, actor.Role) {
		if !page.Shown {
			return nil, court.ErrNotFound
		}
		page.By = ""
	}
	return guideText(page)
}

func guideText(page *store.GuideVersion) (*GuideText, error) {
	t := &GuideText{GuideVersion: *page}
	var err error
	if t.HTML.ZH, err = markdown.HTML(page.Body.ZH); err == nil {
		t.HTML.EN, err = markdown.HTML(page.Body.EN)
	}
	return t, err
}

// PreviewGuide gives Markdown as it would be shown.
type PreviewGuide struct{ Text string }

func (p PreviewGuide) rule() rule { return rule{act: court.ActGuideEdit} }

func (p PreviewGuide) do(context.Context, *Hub, Actor, *court.Standing) (string, error) {
	return markdown.HTML(p.Text)
}

// SaveGuide writes a new version of a page. Version is the one that the actor saw, 0 for a new page.
type SaveGuide struct {
	ID      string
	Version int64
	Page    guide.Page
}

func (s SaveGuide) rule() rule { return rule{act: court.ActGuideEdit} }

func (s SaveGuide) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*GuideText, error) {
	page, err := s.Page.Clean()
	if err != nil {
		return nil, err
	}
	saved, err := h.store.SaveGuidePage(ctx, store.GuideChange{ID: s.ID, Version: s.Version, Page: page, By: actor.by(), SessionID: actor.SessionID})
	if err != nil {
		return nil, err
	}
	return guideText(saved)
}

// ListGuideVersions gives all versions of a page, the newest first.
type ListGuideVersions struct{ ID string }

func (l ListGuideVersions) rule() rule { return rule{act: court.ActGuideEdit} }

func (l ListGuideVersions) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) ([]store.GuideVersion, error) {
	return h.store.GuideVersions(ctx, l.ID)
}

// ReadGuideVersion gives a page as it was.
type ReadGuideVersion struct {
	ID      string
	Version int64
}

func (r ReadGuideVersion) rule() rule { return rule{act: court.ActGuideEdit} }

func (r ReadGuideVersion) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (*GuideText, error) {
	page, err := h.store.GuideVersion(ctx, r.ID, r.Version)
	if err != nil {
		return nil, err
	}
	return guideText(page)
}

package demo

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"microcourt/hub"
	"microcourt/store/court/guide"
)

//go:embed guide/*.md
var guideFiles embed.FS

// guidePages gives the guide's first pages by their ids. A file is called NUMBER.SECTION.ID.LANGUAGE.md and begins with its title.
func guidePages() (ids []string, pages map[string]guide.Page, err error) {
	names, err := fs.Glob(guideFiles, "guide/*.zh.md")
	if err != nil {
		return nil, nil, err
	}
	read := func(name string) (title, text string, err error) {
		all, err := guideFiles.ReadFile(name)
		title, text, _ = strings.Cut(strings.TrimPrefix(string(all), "# "), "\n")
		return title, strings.TrimSpace(text), err
	}
	pages = map[string]guide.Page{}
	for i, name := range names {
		parts := strings.Split(strings.TrimPrefix(name, "guide/"), ".")
		if len(parts) != 5 {
			return nil, nil, fmt.Errorf("%s isn't called NUMBER.SECTION.ID.LANGUAGE.md", name)
		}
		p := guide.Page{Section: guide.Section(parts[1]), Position: int64(i), Shown: true}
		if p.Title.ZH, p.Body.ZH, err = read(name); err == nil {
			p.Title.EN, p.Body.EN, err = read(strings.Replace(name, ".zh.", ".en.", 1))
		}
		if err != nil {
			return nil, nil, err
		}
		ids, pages[parts[2]] = append(ids, parts[2]), p
	}
	return ids, pages, nil
}

// guided writes the guide, where there is none.
func (s *seeder) guided(ctx context.Context) error {
	was, err := s.store.GuidePages(ctx, "", true)
	if err != nil || len(was) > 0 {
		return err
	}
	ids, pages, err := guidePages()
	if err != nil {
		return err
	}
	admin, err := s.seat(ctx, "admin")
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := hub.Do(ctx, s.hub, admin, hub.SaveGuide{ID: id, Page: pages[id]}); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
	}
	return nil
}

// Package syntax turns the text of a policy expression, @( … ) or @{ … }, into a tree.
//
// The language is C# 7.3 without types of one's own. The package knows no types and no
// names: it says what was written and where. [Parse] goes on after a mistake and returns
// a tree in any case; [Scan] finds where an expression ends in a document that holds it
// bare. Positions are byte offsets into the expression's [diag.Text], which knows where
// they are in the author's file.
package syntax

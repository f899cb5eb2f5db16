/// The pages as a person meets them: a real browser against the packaged server and a scripted provider.
///
/// Start reading at [PersonWalkTest], the way of one person from the sign-in link to an activated model and back.
/// [Stage] gives each class its server and each test its page, and fails a test whose page complained. Assertions wait by
/// themselves; the provider moves only when a test says so, so nothing here depends on time.
package dev.afinador.e2e.browser;

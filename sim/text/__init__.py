"""What people read: languages, the catalogue of translations, wording, and pieces of HTML."""

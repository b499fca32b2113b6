//! The words of a contact's fields, for admins who map them and agents who read them.
//!
//! Invariant: every field has its word; a new one does not compile without.

use super::Text;
use domain::people::ContactField;

texts! { "contact";
    NAME "name" "Full name";
    FIRST_NAME "first_name" "First name";
    LAST_NAME "last_name" "Last name";
    USERNAME "username" "User name";
    EMAIL "email" "E-mail address";
    PHONE "phone" "Phone";
    COMPANY "company" "Company";
}

/// The word of a contact's field.
pub fn field(field: ContactField) -> Text {
    match field {
        ContactField::Name => NAME,
        ContactField::FirstName => FIRST_NAME,
        ContactField::LastName => LAST_NAME,
        ContactField::Username => USERNAME,
        ContactField::Email => EMAIL,
        ContactField::Phone => PHONE,
        ContactField::Company => COMPANY,
    }
}
